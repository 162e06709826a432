package dev.tidewatch.bench;

import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.Api;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * Token checks per second ({@code GET /api/profile}, 32 connections), against the Express peer: each in a process of its own, on the same
 * database, one after another.
 */
final class ProfilePeers {

    private static final double COLD_GOAL = 0.5;
    private static final double WARM_GOAL = 2;
    private static final double LIMIT_MILLIS = 25;

    private final EmbeddedStack stack;
    private final Path directory;
    private final Durations durations;

    /** Seconds of load: the first, which count as cold; more until a server counts as warm; of each warm measurement; and their number. */
    record Durations(double cold, double warmUp, double warm, int rounds) { }

    ProfilePeers(EmbeddedStack stack, Path directory, Durations durations) {
        this.stack = stack;
        this.directory = directory;
        this.durations = durations;
    }

    List<Object> measure() throws Exception {
        try (MeasuredProcess application = MeasuredProcess.tidewatch(stack, directory.resolve("profile.log"), Map.of())) {
            String address = application.address();
            String token = new Api(address).token();
            URI ours = URI.create(address + "/api/profile");
            HttpLoad cold = warmUp(ours, token);
            try (MeasuredProcess peer = MeasuredProcess.peer("server", stack, directory.resolve("express.log"), Map.of())) {
                URI express = URI.create(peer.await(Pattern.compile("^http:\\S+")).group() + "/api/profile");
                HttpLoad coldPeer = warmUp(express, token);
                List<HttpLoad> warm = new ArrayList<>();
                List<HttpLoad> warmPeer = new ArrayList<>();
                double before = application.processorSeconds();
                double beforePeer = peer.processorSeconds();
                for (int round = 0; round < durations.rounds(); round++) {
                    warm.add(HttpLoad.of(ours, token, durations.warm()));
                    warmPeer.add(HttpLoad.of(express, token, durations.warm()));
                }
                double p99 = mean(warm, HttpLoad::p99);
                return List.of(
                        rates("in the first %.0f s".formatted(durations.cold()), cold.perSecond(), coldPeer.perSecond(), COLD_GOAL),
                        rates("warm", mean(warm, HttpLoad::perSecond), mean(warmPeer, HttpLoad::perSecond), WARM_GOAL),
                        "token check warm: p50 %.1f ms, p99 %.1f ms; Express p50 %.1f ms, p99 %.1f ms; p99 is %.2f of the limit of %.0f ms"
                                .formatted(mean(warm, HttpLoad::p50), p99, mean(warmPeer, HttpLoad::p50),
                                        mean(warmPeer, HttpLoad::p99), p99 / LIMIT_MILLIS, LIMIT_MILLIS),
                        "token check warm: processor time of the process %.0f µs each; Express %.0f µs".formatted(
                                1e6 * (application.processorSeconds() - before) / count(warm),
                                1e6 * (peer.processorSeconds() - beforePeer) / count(warmPeer)));
            }
        }
    }

    /** The load of the first seconds; the rest only warms the server up. */
    private HttpLoad warmUp(URI url, String token) throws IOException {
        HttpLoad cold = HttpLoad.of(url, token, durations.cold());
        HttpLoad.of(url, token, durations.warmUp());
        return cold;
    }

    private static Ratio rates(String when, double ours, double peer, double goal) {
        return new Ratio("token check %s: %.0f per second, %.0f by Express".formatted(when, ours, peer), ours / peer, goal);
    }

    private double count(List<HttpLoad> loads) {
        return mean(loads, HttpLoad::perSecond) * durations.warm() * loads.size();
    }

    private static double mean(List<HttpLoad> loads, ToDoubleFunction<HttpLoad> figure) {
        return loads.stream().mapToDouble(figure).average().orElseThrow();
    }
}
