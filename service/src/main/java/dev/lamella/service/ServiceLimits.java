package dev.lamella.service;

import java.time.Duration;

/**
 * Bounds of the service.
 *
 * @param http bounds of requests and connections
 * @param rates how many requests there may be
 * @param catalogue bounds of the list of images and layers that is kept in memory
 * @param tagsMax tags of one repository that a glob is matched against
 * @param stop how long a stopping service waits for requests that have begun; for jobs see {@link dev.lamella.jobs.WorkerLimits}
 */
public record ServiceLimits(Http http, Rates rates, CatalogueLimits catalogue, int tagsMax, Duration stop) {

    /** What suits most sites. */
    public static final ServiceLimits DEFAULT =
            new ServiceLimits(Http.DEFAULT, Rates.DEFAULT, CatalogueLimits.DEFAULT, 1000, Duration.ofSeconds(10));

    /**
     * Bounds of requests and connections.
     *
     * @param bodyBytes of a request, but for webhooks, which have their own
     * @param headerBytes of a request's head
     * @param connections at once; more wait to be accepted
     * @param idle how long a connection may be silent
     * @param streams of events at once
     * @param streamTime how long a stream of events goes on; clients come back
     * @param heartbeat how often a stream of events says something
     * @param sessions of the page at once; the oldest ends for a new one
     * @param sessionTime how long a session of the page lasts
     */
    public record Http(
            int bodyBytes,
            int headerBytes,
            int connections,
            Duration idle,
            int streams,
            Duration streamTime,
            Duration heartbeat,
            int sessions,
            Duration sessionTime) {

        /** A megabyte, 16 KiB, 1,000 connections, a minute, 200 streams of an hour, 1,000 sessions of 12 hours. */
        public static final Http DEFAULT = new Http(
                1 << 20,
                16 << 10,
                1000,
                Duration.ofMinutes(1),
                200,
                Duration.ofHours(1),
                Duration.ofSeconds(15),
                1000,
                Duration.ofHours(12));
    }

    /**
     * How many requests there may be: so many a second, and so many at once after a pause. What is beyond is answered with 429.
     *
     * @param caller of one caller: a token, a certificate, the unix socket
     * @param stranger of one address without valid credentials
     * @param webhook of one webhook
     * @param webhooks of all webhooks, while they are being queued
     * @param callersMax callers that are told apart; beyond, those that were quiet for longest are forgotten
     */
    public record Rates(Rate caller, Rate stranger, Rate webhook, AtOnce webhooks, int callersMax) {

        /** 100 a second for callers, 10 for strangers, 100 for a webhook; 16 of webhooks at once. */
        public static final Rates DEFAULT =
                new Rates(new Rate(100, 300), new Rate(10, 50), new Rate(100, 1000), AtOnce.DEFAULT, 10_000);
    }

    /**
     * How many requests are worked on at a time. More than may wait, and what has to wait for longer, are answered with 503: who sends them has an
     * answer before it gives up, and those that wait do not keep all connections.
     *
     * @param requests at a time
     * @param waiting others that wait for their turn, at least one
     * @param patience how long they do
     */
    public record AtOnce(int requests, int waiting, Duration patience) {

        /** 16, 200, a second. */
        public static final AtOnce DEFAULT = new AtOnce(16, 200, Duration.ofSeconds(1));

        /** Checks the numbers. */
        public AtOnce {
            if (requests < 1 || waiting < 1 || patience.isNegative()) {
                throw new IllegalArgumentException(
                        "%d requests at a time, %d that wait, for %s".formatted(requests, waiting, patience));
            }
        }
    }

    /**
     * How often something may be done.
     *
     * @param perSecond times a second, in the long run
     * @param burst times at once, after a pause
     */
    public record Rate(int perSecond, int burst) {

        /** Checks the numbers. */
        public Rate {
            if (perSecond < 1 || burst < 1) {
                throw new IllegalArgumentException("a rate of %d a second, %d at once".formatted(perSecond, burst));
            }
        }
    }

    /**
     * Bounds of the list of images and layers that is kept in memory.
     *
     * @param imagesMax images that are listed
     * @param layersMax layers that are listed
     * @param refresh how often to look for what others changed; less often if looking takes long
     */
    public record CatalogueLimits(int imagesMax, int layersMax, Duration refresh) {

        /** 100,000 images, 500,000 layers, two seconds. */
        public static final CatalogueLimits DEFAULT = new CatalogueLimits(100_000, 500_000, Duration.ofSeconds(2));
    }

    /** Returns the same with other rates. */
    public ServiceLimits withRates(Rates other) {
        return new ServiceLimits(http, other, catalogue, tagsMax, stop);
    }

    /** Returns the same with other bounds of requests. */
    public ServiceLimits withHttp(Http other) {
        return new ServiceLimits(other, rates, catalogue, tagsMax, stop);
    }
}
