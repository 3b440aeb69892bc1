package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {

    @Test
    void accounts(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("passwd"), """
                root:x:0:0:root:/root:/bin/sh
                broken
                +
                x:x:1:1::relative:/bin/sh
                y:x:no:1::/y:/bin/sh
                ann:x:1000:1000::/home/ann/../ann:/bin/sh
                """);
        var accounts = new Accounts(file);
        assertThat(accounts.home(1000)).contains(Path.of("/home/ann"));
        assertThat(accounts.home(1)).isEmpty();
        assertThat(accounts.home(7)).isEmpty();
        assertThat(accounts.all())
                .containsExactly(
                        new Accounts.Account("root", 0, Path.of("/root")),
                        new Accounts.Account("ann", 1000, Path.of("/home/ann")));
        assertThat(new Accounts(directory.resolve("missing")).all()).isEmpty();
    }
}
