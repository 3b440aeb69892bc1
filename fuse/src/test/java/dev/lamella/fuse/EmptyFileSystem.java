package dev.lamella.fuse;

/** The least a file system can be: an empty directory. */
class EmptyFileSystem implements FileSystem {

    static final long SECOND_NANOS = 1_000_000_000;

    @Override
    public CachedAttributes getattr(NodeRequest.Getattr request) throws FuseException, InterruptedException {
        return new CachedAttributes(Attributes.directory(ROOT_ID, 0755), 1000 * SECOND_NANOS);
    }

    @Override
    public void readdir(FileRequest.Readdir request, DirectoryBuffer buffer)
            throws FuseException, InterruptedException {}
}
