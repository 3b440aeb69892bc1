package dev.lamella.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The hook of engines with containers/image from 5.32 on (Podman 5.2): a script that hands what the engine gives it to the node and waits,
 * and the line of {@code registries.conf} that names it. In Perl, or else around curl, so that a pull waits milliseconds for it; it always
 * succeeds, so that a pull never fails of it.
 */
final class EngineHook {

    /** The script's name, beside Lamella's own configuration. */
    static final String SCRIPT = "engine-hook";

    /** The node answers at the end of its time box; one that hangs is given up this much later. */
    private static final double GRACE_SECONDS = 0.5;

    private static final String ABOUT = """
            # The engine's additional-layer-store-auth-helper, %s podman.
            # Standard input is one JSON object: the image and the user's credentials. It goes to the node, which has the image's layers
            # in its image store when it answers. Whatever happens, the engine goes on with its pull.""".formatted(OwnedFile.MARK);

    private static final String COMPLAINT =
            "the node did not answer a pull in time; is it running? systemctl status lamella-node";

    private EngineHook() {}

    /** Returns whether an engine has the hook: Podman from 5.2 on. */
    static boolean isKnownTo(Optional<PodmanVersion> podman) {
        return podman.map(version -> version.isAtLeast(5, 2)).orElse(false);
    }

    /** What the script is written for. */
    enum Client {
        /** Without a module, it starts three times as fast as curl, and every pull waits for it. */
        PERL,
        /** Where there is no Perl. */
        CURL;

        private static final Path PROGRAM = Path.of("/usr/bin/perl");

        /** Returns the quickest that this machine has. */
        static Client ofThisMachine() {
            return Files.isExecutable(PROGRAM) ? PERL : CURL;
        }
    }

    static OwnedFile script(Path path, Path socket, int timeBoxSeconds, Client client) {
        double seconds = timeBoxSeconds + GRACE_SECONDS;
        String text = switch (client) {
            case PERL -> perl(socket.toString(), seconds);
            case CURL -> curl(socket.toString(), seconds);
        };
        return new OwnedFile(path, text, "rwxr-xr-x");
    }

    /** No shell around it, as starting one takes as long as all that this does. 1 and 1 are AF_UNIX and SOCK_STREAM. */
    private static String perl(String socket, double seconds) {
        return """
            #!/usr/bin/perl
            %1$s
            $path = '%2$s';
            $seconds = %3$s;

            open STDERR, '>', '/dev/null';
            sub give_up {
              system 'logger', '-t', 'lamella', '-p', 'user.warning',
                '%4$s';
              exit 0;
            }
            $SIG{PIPE} = 'IGNORE';
            $SIG{ALRM} = \\&give_up;
            alarm $seconds + 1;
            read STDIN, $json, 1 << 20;
            socket($node, 1, 1, 0) && connect($node, pack('S a108', 1, $path)) or give_up();
            $request = "POST /v1/hook HTTP/1.1\\r\\nHost: node\\r\\nConnection: close\\r\\nContent-Type: application/json\\r\\n"
              . "Content-Length: " . length($json) . "\\r\\n\\r\\n" . $json;
            while (length $request) { $sent = syswrite $node, $request or give_up(); substr $request, 0, $sent, ''; }
            vec($answered, fileno($node), 1) = 1;
            select($answered, undef, undef, $seconds) > 0 or give_up();
            sysread $node, $answer, 12;
            $answer eq 'HTTP/1.1 200' or give_up();
            exit 0;
            """.formatted(ABOUT, socket.replace("\\", "\\\\").replace("'", "\\'"), seconds, COMPLAINT);
    }

    private static String curl(String socket, double seconds) {
        return """
            #!/bin/sh
            %1$s
            curl --disable --silent --fail --output /dev/null --noproxy '*' --max-time %3$s \\
              --unix-socket '%2$s' --header 'Content-Type: application/json' --data-binary @- http://node/v1/hook 2> /dev/null \\
              || logger -t lamella -p user.warning '%4$s' 2> /dev/null
            exit 0
            """.formatted(ABOUT, socket.replace("'", "'\\''"), seconds, COMPLAINT);
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
