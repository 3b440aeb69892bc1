package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class StateFileTest {

    private static final String AGREEMENT =
            "fuse 7.45 features=1 offered=ff readahead=1048576 transfer=1048576 background=64 depth=0";
    private static final KeeperState STATE = new KeeperState(
            new KeeperState.Id(4711, "0123456789abcdef0123456789abcdef"),
            KeeperState.Id.NONE,
            3,
            "0:53",
            "/a target",
            AGREEMENT);

    @TempDir
    Path directory;

    private StateFile file() {
        return new StateFile(directory.resolve("kept"));
    }

    @Test
    void readsWhatItWrote() throws IOException {
        assertThat(file().read()).isEmpty();
        file().write(STATE.toString());
        assertThat(file().read()).contains(STATE);
        assertThat(file().path()).hasContent("""
                lamella-fuse-keeper 1
                token 0123456789abcdef0123456789abcdef
                keeper 4711 3
                former 0 00000000000000000000000000000000
                device 0:53
                target /a target
                agreement %s
                """.formatted(AGREEMENT));
        var next = new KeeperState.Id(4712, "f".repeat(32));
        assertThat(STATE.succeededBy(next).former()).isEqualTo(STATE.keeper());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().path())))
                .isEqualTo("rw-------");
        file().write(KeeperState.begun("f".repeat(32)));
        assertThat(file().read()).isEmpty();
        file().delete();
        assertThat(file().path()).doesNotExist();
    }

    @Test
    void whatIsDamagedCountsAsNothingAndIsLogged() throws IOException {
        Logger logger = (Logger) LoggerFactory.getLogger(StateFile.class);
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
        try {
            String text = STATE.toString();
            int damages = 0;
            for (int length = 0; length < text.length(); length++) {
                if (length != KeeperState.begun(STATE.keeper().token()).length()) {
                    Files.writeString(file().path(), text.substring(0, length));
                    assertThat(file().read()).isEmpty();
                    damages++;
                }
            }
            Files.writeString(file().path(), text.replace("transfer=1048576", "transfer=1"));
            assertThat(file().read()).isEmpty();
            Files.writeString(file().path(), text + "x".repeat(100_000));
            assertThat(file().read()).isEmpty();
            assertThat(log.list).hasSize(damages + 2);
            assertThat(log.list)
                    .allMatch(event -> event.getLevel() == Level.WARN
                            && event.getFormattedMessage().contains(file().path() + " is damaged"));
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
            logger.setAdditive(true);
        }
    }

    @Test
    void aDirectoryThatOthersCanWriteInIsRefused() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> file().lock(Duration.ofSeconds(1)))
                .withMessageContaining(directory.toString())
                .withMessageContaining("chmod go-w");
    }

    @Test
    void settingsAreChecked() {
        Path target = directory.resolve("target");
        Duration patience = Duration.ofSeconds(5);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new KeptMount.Settings(
                        target, KeptServer.MOUNT, SessionOptions.DEFAULT, directory.resolve("kept"), patience))
                .withMessageContaining("withSharedDevice");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> KeptServer.settings(target, target.resolve("kept"), patience))
                .withMessageContaining("must not be in the mount");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> KeptServer.settings(target, directory.resolve("kept"), Duration.ofMillis(999)))
                .withMessageContaining("from PT1S to PT24H");
    }
}
