package dev.lamella.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The hook of engines with containers/image from 5.32 on (Podman 5.2): a script that hands what the engine gives it to the node and waits,
 * and the line of {@code registries.conf} that names it. A script around Perl, or else curl, so that a pull waits milliseconds for it; it always
 * succeeds, so that a pull never fails of it.
 */
final class EngineHook {

    /** The script's name, beside Lamella's own configuration. */
    static final String SCRIPT = "engine-hook";

    /** The node answers at the end of its time box; one that hangs is given up this much later. */
    private static final double GRACE_SECONDS = 0.5;

    private EngineHook() {}

    /** Returns whether an engine has the hook: Podman from 5.2 on. */
    static boolean isKnownTo(Optional<PodmanVersion> podman) {
        return podman.map(version -> version.isAtLeast(5, 2)).orElse(false);
    }

    static OwnedFile script(Path path, Path socket, int timeBoxSeconds) {
        String quoted = socket.toString().replace("'", "'\\''");
        String text = """
                #!/bin/sh
                # The engine's additional-layer-store-auth-helper, %1$s podman.
                # Standard input is one JSON object: the image and the user's credentials. It goes to the node, which has the image's layers
                # in its image store when it answers. Whatever happens, the engine goes on with its pull.
                socket='%2$s'
                if [ -x /usr/bin/perl ]; then
                  # Without a module it starts three times as fast as curl, and every pull waits for it.
                  /usr/bin/perl -e '
                    ($path, $seconds) = @ARGV;
                    $SIG{PIPE} = "IGNORE";
                    alarm $seconds + 1;
                    read STDIN, $json, 1 << 20;
                    socket($node, 1, 1, 0) && connect($node, pack("S a108", 1, $path)) or exit 1;
                    $request = "POST /v1/hook HTTP/1.1\\r\\nHost: node\\r\\nConnection: close\\r\\nContent-Type: application/json\\r\\n"
                      . "Content-Length: " . length($json) . "\\r\\n\\r\\n" . $json;
                    while (length $request) { $sent = syswrite $node, $request or exit 1; substr $request, 0, $sent, ""; }
                    vec($answered, fileno($node), 1) = 1;
                    select($answered, undef, undef, $seconds) > 0 or exit 1;
                    sysread $node, $answer, 12;
                    exit($answer eq "HTTP/1.1 200" ? 0 : 1);
                  ' "$socket" %3$s 2> /dev/null
                else
                  curl --disable --silent --fail --output /dev/null --noproxy '*' --max-time %3$s \\
                    --unix-socket "$socket" --header 'Content-Type: application/json' --data-binary @- http://node/v1/hook 2> /dev/null
                fi || logger -t lamella -p user.warning 'the node did not answer a pull in time; is it running? systemctl status lamella-node' 2> /dev/null
                exit 0
                """.formatted(OwnedFile.MARK, quoted, timeBoxSeconds + GRACE_SECONDS);
        return new OwnedFile(path, text, "rwxr-xr-x");
    }

    static OwnedFile registriesConf(Path directory, Path script) {
        return new OwnedFile(
                directory.resolve("50-lamella-hook.conf"),
                """
                # %s podman; "lamella configure podman --undo" removes it.
                # Run by every pull after the manifest was read: the node then shows the image's layers, so that none is downloaded.
                additional-layer-store-auth-helper = "%s"
                """.formatted(
                        OwnedFile.MARK, script.toString().replace("\\", "\\\\").replace("\"", "\\\"")),
                "rw-r--r--");
    }
}
