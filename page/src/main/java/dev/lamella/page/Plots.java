package dev.lamella.page;

import dev.lamella.client.Sample;
import dev.lamella.page.Plot.Head;
import dev.lamella.page.Plotter.Values;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/** Makes the plots of the overview of samples. */
final class Plots {

    private final List<Sample> samples;
    private final TimeAxis axis;

    private Plots(List<Sample> samples, TimeAxis axis) {
        this.samples = samples;
        this.axis = axis;
    }

    /** Returns the plots; none without at least two samples. */
    static List<Plot> of(List<Sample> samples, int pointsMax) {
        if (samples.size() < 2) {
            return List.of();
        }
        List<Sample> sorted =
                samples.stream().sorted(Comparator.comparing(Sample::time)).toList();
        var axis = TimeAxis.covering(sorted.getFirst().time(), sorted.getLast().time(), pointsMax);
        return new Plots(sorted, axis).all();
    }

    private List<Plot> all() {
        return List.of(
                counts(new Head("published", "Published"), sums("images", "good", Sample::succeeded)),
                counts(new Head("failed", "Failed for good"), sums("jobs", "bad", Sample::failed)),
                queue(new Head("queue", "Queue")),
                received(new Head("received", "Downloaded")),
                level(new Head("stored", "Store"), "store", Sample::storedBytes),
                level(new Head("saved", "Saved by sharing"), "saved", Sample::savedBytes));
    }

    private Plot counts(Head head, Values values) {
        String description = "%s %s in %s, at most %s in %s."
                .formatted(Units.count(values.sum()), values.name(), span(), Units.count(values.largest()), step());
        var plotter = new Plotter(axis, Scale.ofCounts(values.largest()));
        return plotter.plot(
                head.with(Units.count(values.sum()), description), List.of(plotter.bars(values)), List.of(values));
    }

    private Plot received(Head head) {
        Values values = sums("downloaded", "run", Sample::receivedBytes);
        String description = "%s downloaded in %s, at most %s in %s."
                .formatted(Units.bytes(values.sum()), span(), Units.bytes(values.largest()), step());
        var plotter = new Plotter(axis, Scale.ofBytes(values.largest()));
        return plotter.plot(
                head.with(Units.bytes(values.sum()), description), List.of(plotter.bars(values)), List.of(values));
    }

    private Plot queue(Head head) {
        Sample latest = samples.getLast();
        Values waiting = latest("waiting", "wait", Sample::queued);
        Values running = latest("running", "run", Sample::running);
        String description = "Now %s jobs wait and %s run; in %s at most %s waited."
                .formatted(
                        Units.count(latest.queued()),
                        Units.count(latest.running()),
                        span(),
                        Units.count(waiting.largest()));
        var plotter = new Plotter(axis, Scale.ofCounts(Math.max(waiting.largest(), running.largest())));
        return plotter.plot(
                head.with(Units.count(latest.queued()), description),
                List.of(plotter.line(waiting, true), plotter.line(running, false)),
                List.of(waiting, running));
    }

    private Plot level(Head head, String look, ToLongFunction<Sample> of) {
        Values values = latest(look.equals("store") ? "stored" : "saved", look, of);
        String now = Units.bytes(of.applyAsLong(samples.getLast()));
        String before = Units.bytes(of.applyAsLong(samples.getFirst()));
        String description = "%s %s now, %s %s ago.".formatted(now, values.name(), before, span());
        var plotter = new Plotter(axis, Scale.ofBytes(values.largest()));
        return plotter.plot(head.with(now, description), List.of(plotter.line(values, true)), List.of(values));
    }

    /** Sums what happened in each step. */
    private Values sums(String name, String look, ToLongFunction<Sample> of) {
        return values(name, look, of, 0);
    }

    /** Takes the last of what was in each step; of steps without samples nothing is known. */
    private Values latest(String name, String look, ToLongFunction<Sample> of) {
        return values(name, look, of, Double.NaN);
    }

    private Values values(String name, String look, ToLongFunction<Sample> of, double nothing) {
        double[] values = new double[axis.steps()];
        Arrays.fill(values, nothing);
        for (Sample sample : samples) {
            int index = axis.index(sample.time());
            if (index >= 0 && index < values.length) {
                double before = Double.isNaN(nothing) ? 0 : values[index];
                values[index] = before + of.applyAsLong(sample);
            }
        }
        return new Values(name, look, Arrays.stream(values).boxed().toList());
    }

    private String span() {
        return Units.duration(axis.step().multipliedBy(axis.steps()));
    }

    private String step() {
        return Units.duration(axis.step());
    }
}
