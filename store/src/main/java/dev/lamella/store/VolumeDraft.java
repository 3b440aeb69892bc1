package dev.lamella.store;

import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeDescriptor;
import java.io.IOException;
import java.nio.file.Path;

/** A volume being written, invisible to readers. For one thread. */
public interface VolumeDraft extends AutoCloseable {

    /**
     * Returns the directory to write {@code data.tar}, {@code index.erofs} and {@code data.verity} into, and nothing
     * else.
     */
    Path directory();

    /**
     * Signs the descriptor and makes the volume visible. If another publisher was faster, its volume is checked and
     * returned.
     *
     * @throws RejectedVolumeException if the files are not as the descriptor says
     * @throws dev.lamella.volume.VolumeException if the volume that is there already cannot be trusted
     * @throws dev.lamella.volume.DiskFullException if there is no room
     * @throws IOException if a file cannot be written
     */
    Volume publish(VolumeDescriptor descriptor) throws IOException;

    /** Discards the draft, unless it was published. */
    @Override
    void close() throws IOException;
}
