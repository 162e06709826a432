package dev.tidewatch.embedded;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Makes Spring Boot report the message of an {@link EmbeddedStackException} instead of its stack trace. */
final class EmbeddedStackFailureAnalyzer extends AbstractFailureAnalyzer<EmbeddedStackException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, EmbeddedStackException cause) {
        return new FailureAnalysis(cause.getMessage(), null, failure);
    }
}
