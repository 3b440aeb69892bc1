package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lamella.cli.Check.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What doctor says of the store, of what is shown, and of storage.conf. */
@Tag("integration")
@Timeout(60)
class StorageChecksTest {

    private static final String LAYER = "a".repeat(64);

    @TempDir
    private Path directory;

    private Doctor doctor;

    @BeforeEach
    void install() throws Exception {
        doctor = new Doctor(directory);
        doctor.podman("5.8.6");
        assertThat(doctor.run("configure", "podman", "--write", "--doors", "none")
                        .code())
                .isZero();
    }

    private List<Check> storageConf(String podman, Path passwd) throws Exception {
        return new StorageConfChecks(doctor.session(), PodmanVersion.parse("podman version " + podman), passwd).run();
    }

    @Test
    void anImageStoreOfAnEarlierConfigurationIsNamed() throws Exception {
        doctor.requireRight("storage.conf");
        Path before = directory.resolve("images");
        Files.writeString(
                doctor.lamella.config(),
                Files.readString(doctor.lamella.config()).replace(before.toString(), directory + "/other"));
        doctor.wrong("storage.conf", Verdict.FAIL, "does not name %1$s/other, but %1$s/images of".formatted(directory));
        assertThat(doctor.run("configure", "podman", "--write").code()).isZero();
        Check stale = doctor.wrong("storage.conf", Verdict.WARN, "still names " + before);
        assertThat(stale.remedy()).isEqualTo("lamella configure podman --undo && lamella configure podman --write");
        Files.writeString(doctor.storageConf, Files.readString(doctor.storageConf) + "# changed since\n");
        assertThat(doctor.run("configure", "podman", "--undo").code()).isZero();
        assertThat(doctor.run("configure", "podman", "--write").code()).isZero();
        doctor.requireRight("storage.conf");
        assertThat(doctor.storageConf).content().endsWith("# changed since\n").doesNotContain(before + "\"");
    }

    @Test
    void anImageStoreThatSomebodyElseAddedIsNot() throws Exception {
        Path theirs = Files.createDirectories(directory.resolve("theirs"));
        Files.writeString(
                doctor.storageConf,
                Files.readString(doctor.storageConf).replace("stores = [", "stores = [ \"%s\",".formatted(theirs)));
        doctor.requireRight("storage.conf");
        Files.delete(theirs);
        assertThat(doctor.wrong("storage.conf", Verdict.FAIL, theirs + ", which does not exist")
                        .remedy())
                .contains("take it out");
    }

    @Test
    void newerEnginesLoseLayersOfLayerStores() throws Exception {
        Path nobody = directory.resolve("passwd");
        assertThat(storageConf("5.5.0", nobody)).hasSize(1).allMatch(check -> check.verdict() == Verdict.OK);
        Files.writeString(
                doctor.storageConf,
                Files.readString(doctor.storageConf)
                        .replace("[storage.options]", "[storage.options]\nadditionallayerstores = [\"/stargz:ref\"]"));
        assertThat(storageConf("5.4.2", nobody)).hasSize(1);
        Check check = storageConf("5.5.0", nobody).getLast();
        assertThat(check.verdict()).isEqualTo(Verdict.WARN);
        assertThat(check.detail()).contains("5.5.0 loses layers", "/stargz:ref", "layer not known");
        assertThat(check.remedy()).contains(doctor.storageConf.toString());
    }

    @Test
    void usersWithAFileOfTheirOwnAreNamed() throws Exception {
        Path passwd = Files.writeString(directory.resolve("passwd"), """
                root:x:0:0::%1$s/root:/bin/sh
                own:x:0:0::%1$s/own:/bin/sh
                ann:x:%2$d:1::%1$s/ann:/bin/sh
                bob:x:%2$d:1::%1$s/bob:/bin/sh
                eve:x:%2$d:1::%1$s/eve:/bin/sh
                nil:x:%2$d:1::%1$s/nil:/bin/sh
                """.formatted(
                        directory, 1 + (int) Files.getAttribute(directory, "unix:uid")));
        user("root", "");
        Path ann = user("ann", "[storage]\ndriver = \"overlay\"\n");
        user("bob", "[storage.options]\nadditionalimagestores = [\"%s/images\"]\n".formatted(directory));
        Path eve = user("eve", "[storage\n");
        List<Check> checks = storageConf("5.4.2", passwd);
        assertThat(checks.subList(1, checks.size()))
                .extracting(Check::verdict, Check::detail)
                .containsExactly(
                        tuple(
                                Verdict.WARN,
                                "%s of user ann replaces the system's and does not name %s: this user's pulls download"
                                        .formatted(ann, directory.resolve("images"))),
                        tuple(
                                Verdict.WARN,
                                "%s of user eve is not a storage.conf: this user's engine fails".formatted(eve)));
    }

    private Path user(String name, String conf) throws Exception {
        Path file = directory.resolve(name).resolve(".config/containers/storage.conf");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, conf);
    }

    private void listLayer() throws Exception {
        Files.writeString(directory.resolve("images/overlay-layers/layers.json"), """
                [{"id":"%1$s","created":"2026-01-01T00:00:00Z","compressed-diff-digest":"sha256:%1$s","compressed-size":1,
                  "diff-digest":"sha256:%1$s","diff-size":1,"compression":2,"uidset":[0],"gidset":[0]}]
                """.formatted(LAYER));
    }

    @Test
    void layersMayBeShownAndNotMountedAndTheirVolumesMissing() throws Exception {
        doctor.session().writeStore();
        doctor.requireRight("layers");
        doctor.requireRight("volumes");
        listLayer();
        Check layers = doctor.wrong("layers", Verdict.FAIL, "1 of 1 shown are not mounted, as sha256:" + LAYER);
        assertThat(layers.remedy()).isEqualTo("lamella node --once");
        doctor.wrong("volumes", Verdict.FAIL, "1 of layers shown are missing in the store, as sha256:" + LAYER);
        Files.writeString(directory.resolve("images/overlay-layers/layers.json"), "[{");
        doctor.wrong("layers", Verdict.FAIL, "layers.json");
    }

    @Test
    void aStoreThatHangsDoesNotHangDoctor() throws Exception {
        doctor.session().writeStore();
        Path version = directory.resolve("store/store.json");
        Files.delete(version);
        assertThat(new ProcessBuilder("mkfifo", version.toString()).start().waitFor())
                .isZero();
        List<Check> checks = new StoreChecks(doctor.session(), Duration.ofMillis(300)).run();
        assertThat(checks).extracting(Check::subject).contains("configuration", "signing key", "trusted keys");
        Check check = checks.getLast();
        assertThat(check.subject()).isEqualTo("store");
        assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(check.detail()).contains(directory.resolve("store").toString(), "hangs");
        // Lets the thread go that still waits, before the directory is taken away under it.
        Files.writeString(version, "");
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("doctor store")) {
                thread.join();
            }
        }
    }

    @Test
    void podmanThatIsNotThere() throws Exception {
        Files.delete(doctor.programs.resolve("podman"));
        assertThat(doctor.wrong("podman", Verdict.WARN, "not found").remedy()).isEqualTo("apt install podman");
        assertThat(PodmanVersion.ask(doctor.session())).isEqualTo(Optional.empty());
    }
}
