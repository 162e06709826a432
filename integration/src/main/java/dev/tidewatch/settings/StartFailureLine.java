package dev.tidewatch.settings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Logs in one line why the application cannot start; application.yaml turns off Spring Boot's own report of a dozen lines. */
class StartFailureLine implements FailureAnalysisReporter {

    private static final Logger log = LoggerFactory.getLogger(StartFailureLine.class);

    @Override
    public void report(FailureAnalysis analysis) {
        String action = analysis.getAction() == null ? "" : " " + analysis.getAction();
        log.error("Tidewatch cannot start: {}", (analysis.getDescription() + action).replaceAll("\\s+", " "));
        log.debug("The cause", analysis.getCause());
    }
}
