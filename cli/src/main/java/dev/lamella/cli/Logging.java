package dev.lamella.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logging to standard error. Logback finds this class as a service and takes the defaults from it; {@link #apply} changes them
 * once options and configuration are known. No configuration file is looked for.
 */
public final class Logging extends ContextAwareBase implements Configurator {

    private static final String PLAIN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: %msg%n%ex{short}";
    private static final String PLAIN_WITH_TRACES = PLAIN.replace("%ex{short}", "%ex");

    /** Made by Logback. */
    public Logging() {}

    /** Sets up plain lines from WARN on. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        install(context, Level.WARN, encoder(false, false));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /**
     * Sets level and format.
     *
     * @param level a word of {@code log.level}, not {@code auto}
     * @param format a word of {@code log.format}
     */
    static void apply(String level, String format) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Level parsed = Level.toLevel(level, Level.WARN);
        boolean traces = Level.DEBUG.isGreaterOrEqual(parsed);
        install(context, parsed, encoder(format.equals("json"), traces));
    }

    private static Encoder<ILoggingEvent> encoder(boolean json, boolean traces) {
        if (json) {
            return new JsonEncoder();
        }
        var encoder = new PatternLayoutEncoder();
        encoder.setPattern(traces ? PLAIN_WITH_TRACES : PLAIN);
        return encoder;
    }

    private static void install(LoggerContext context, Level level, Encoder<ILoggingEvent> encoder) {
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setTarget(ConsoleTarget.SystemErr.getName());
        encoder.setContext(context);
        encoder.start();
        appender.setEncoder(encoder);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.setLevel(level);
        root.addAppender(appender);
        // The HTTP server's own reports of starting and stopping say nothing that ours do not.
        Level quiet = level.isGreaterOrEqual(Level.WARN) || level.levelInt < Level.INFO_INT ? level : Level.WARN;
        context.getLogger("org.eclipse.jetty").setLevel(quiet);
    }
}
