package dev.lamella.testkit;

/**
 * Runs seeded rounds of a test. A failure names the seed of its round; {@code -Dlamella.fuzz.seed=SEED} repeats that round
 * alone, {@code -Dlamella.fuzz.rounds=N} runs more or fewer of them.
 */
public final class Fuzz {

    private static final String SEED_PROPERTY = "lamella.fuzz.seed";
    private static final String ROUNDS_PROPERTY = "lamella.fuzz.rounds";

    private Fuzz() {}

    /** One round. */
    @FunctionalInterface
    public interface Round {
        /**
         * Does the work of one round with randomness of its own.
         *
         * @throws Exception anything thrown, errors too, is a failure of the test
         */
        void run(SeededRandom random) throws Exception;
    }

    /**
     * Runs a number of rounds, each with its own seed.
     *
     * @param rounds the number unless the property says otherwise
     * @param round the work
     * @throws AssertionError if a round throws anything; it names the seed
     */
    public static void run(int rounds, Round round) {
        if (System.getProperty(SEED_PROPERTY) != null) {
            once(round);
            return;
        }
        var seeds = new SeededRandom(System.nanoTime());
        for (int left = Integer.getInteger(ROUNDS_PROPERTY, rounds); left > 0; left--) {
            runOne(seeds.nextLong(), round);
        }
    }

    /**
     * Runs one round, however many are asked for: of a test that takes minutes.
     *
     * @param round the work
     * @throws AssertionError if it throws anything; it names the seed
     */
    public static void once(Round round) {
        String given = System.getProperty(SEED_PROPERTY);
        runOne(given == null ? System.nanoTime() : Long.parseLong(given), round);
    }

    private static void runOne(long seed, Round round) {
        try {
            round.run(new SeededRandom(seed));
        } catch (Exception | Error e) {
            throw new AssertionError("failed; repeat this round with -D%s=%d: %s".formatted(SEED_PROPERTY, seed, e), e);
        }
    }
}
