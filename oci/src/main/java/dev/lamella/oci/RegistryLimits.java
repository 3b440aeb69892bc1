package dev.lamella.oci;

/**
 * How long the client of a registry waits, how often it tries and how much it reads.
 *
 * @param connectMillis the longest wait for a connection
 * @param answerMillis the longest wait from a request to the head of its answer
 * @param stallMillis the longest pause within a body
 * @param tries how often a request is made before the registry counts as unavailable
 * @param connectTries the same for connections that cannot even be made; smaller, as another mirror may be up
 * @param retryFirstMillis the first pause between tries; it doubles from try to try
 * @param retryMillisMax the longest such pause
 * @param retryAfterMillisMax the longest pause granted to a registry that asks for one; asked for more, the request fails
 * @param retryTotalMillis the longest sum of pauses for one request
 * @param redirects how many redirections of one request are followed
 * @param resumes how often a blob's download is resumed without getting further
 * @param manifestBytes the largest manifest
 * @param configBytes the largest image configuration
 * @param tokenBytes the largest answer of a token server
 * @param errorBytes how much of an error's body is read
 */
public record RegistryLimits(
        long connectMillis,
        long answerMillis,
        long stallMillis,
        int tries,
        int connectTries,
        long retryFirstMillis,
        long retryMillisMax,
        long retryAfterMillisMax,
        long retryTotalMillis,
        int redirects,
        int resumes,
        int manifestBytes,
        int configBytes,
        int tokenBytes,
        int errorBytes) {

    /** Limits that suit public registries; manifests are bounded as the engines bound them. */
    public static final RegistryLimits DEFAULT = new RegistryLimits(
            10_000, 60_000, 60_000, 6, 3, 500, 15_000, 60_000, 180_000, 5, 5, 4 << 20, 8 << 20, 1 << 20, 64 << 10);

    /** Returns these limits with another number of tries for each request. */
    public RegistryLimits withTries(int wanted) {
        return new RegistryLimits(
                connectMillis,
                answerMillis,
                stallMillis,
                wanted,
                Math.min(connectTries, wanted),
                retryFirstMillis,
                retryMillisMax,
                retryAfterMillisMax,
                retryTotalMillis,
                redirects,
                Math.min(resumes, wanted - 1),
                manifestBytes,
                configBytes,
                tokenBytes,
                errorBytes);
    }

    /** Returns these limits with other waits for answers and bodies, in milliseconds. */
    public RegistryLimits withWaits(long answer, long stall) {
        return new RegistryLimits(
                connectMillis,
                answer,
                stall,
                tries,
                connectTries,
                retryFirstMillis,
                retryMillisMax,
                retryAfterMillisMax,
                retryTotalMillis,
                redirects,
                resumes,
                manifestBytes,
                configBytes,
                tokenBytes,
                errorBytes);
    }
}
