package dev.lamella.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a successor has to know, as lines of a {@link StateFile}. The keeper's script reads the line {@code token}: who
 * is not named there has nothing to do with the mount any more.
 *
 * @param keeper who holds the device
 * @param former the one before, to be ended if that was not done; {@link Id#NONE} if there was none
 * @param descriptor number of the device in the keeper
 * @param device number of the mounted file system, as in {@code mountinfo}
 * @param target where it is mounted
 * @param agreement text of an {@link Agreement}
 */
record KeeperState(Id keeper, Id former, int descriptor, String device, String target, String agreement) {

    private static final String HEADER = "lamella-fuse-keeper 1\n";
    private static final String TOKEN = "token ([0-9a-f]{32})\n";
    private static final Pattern BEGUN = Pattern.compile(HEADER + TOKEN);
    private static final Pattern TEXT = Pattern.compile(HEADER
            + TOKEN
            + "keeper (\\d{1,9}) (\\d{1,9})\n"
            + "former (\\d{1,9}) ([0-9a-f]{32})\n"
            + "device (\\d{1,9}:\\d{1,9})\n"
            + "target (/[^\n]*)\n"
            + "agreement ([^\n]*)\n");

    /**
     * A keeper.
     *
     * @param pid number of its process, which may have become another's
     * @param token which no other process has in its environment
     */
    record Id(long pid, String token) {
        static final Id NONE = new Id(0, "0".repeat(32));
    }

    /** Returns what is written before mounting: keepers that were left behind must not take this mount for theirs. */
    static String begun(String token) {
        return HEADER + "token " + token + "\n";
    }

    /**
     * Reads what {@link #toString} wrote; nothing if mounting was just begun.
     *
     * @throws IOException if it is anything else
     */
    static Optional<KeeperState> parse(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (BEGUN.matcher(text).matches()) {
            return Optional.empty();
        }
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IOException("not the state of a kept mount");
        }
        var state = new KeeperState(
                new Id(Long.parseLong(matcher.group(2)), matcher.group(1)),
                new Id(Long.parseLong(matcher.group(4)), matcher.group(5)),
                Integer.parseInt(matcher.group(3)),
                matcher.group(6),
                matcher.group(7),
                matcher.group(8));
        Agreement.parse(state.agreement);
        return Optional.of(state);
    }

    /** Returns the same with another keeper of the same mount. */
    KeeperState succeededBy(Id successor) {
        return new KeeperState(successor, keeper, Keeper.DEVICE_NUMBER, device, target, agreement);
    }

    @Override
    public String toString() {
        return begun(keeper.token)
                + "keeper %d %d\nformer %d %s\n".formatted(keeper.pid, descriptor, former.pid, former.token)
                + "device %s\ntarget %s\nagreement %s\n".formatted(device, target, agreement);
    }
}
