package dev.tidewatch.faults;

import dev.tidewatch.embedded.EmbeddedStack;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The components that fail: application, broker and database. The changefeed keeps running and has to survive the others' faults. */
final class Parts {

    private static final Logger log = LoggerFactory.getLogger(Parts.class);

    private final Application application;
    private final EmbeddedStack stack;

    Parts(Application application, EmbeddedStack stack) {
        this.application = application;
        this.stack = stack;
    }

    /** Injects the faults at their times, and returns when everything runs again. */
    void suffer(List<Fault> faults) {
        CompletableFuture.allOf(faults.stream().map(this::suffer).toArray(CompletableFuture[]::new)).join();
    }

    private CompletableFuture<Void> suffer(Fault fault) {
        Executor then = CompletableFuture.delayedExecutor(fault.after().toMillis(), TimeUnit.MILLISECONDS);
        Executor afterwards = CompletableFuture.delayedExecutor(fault.lasting().toMillis(), TimeUnit.MILLISECONDS);
        return CompletableFuture.runAsync(() -> happen(fault), then).thenRunAsync(() -> repair(fault), afterwards);
    }

    private void happen(Fault fault) {
        log.info("{} for {} ms", fault.kind(), fault.lasting().toMillis());
        switch (fault.kind()) {
            case APPLICATION_STOPPED -> application.stop();
            case APPLICATION_KILLED -> application.kill();
            case BROKER_STOPPED -> stack.broker().stop();
            case DATABASE_FROZEN -> stack.database().pause();
            case DATABASE_KILLED -> stack.database().kill();
            default -> throw new IllegalArgumentException("Not a fault of a component: " + fault);
        }
    }

    private void repair(Fault fault) {
        switch (fault.kind()) {
            case APPLICATION_STOPPED, APPLICATION_KILLED -> application.start();
            case BROKER_STOPPED -> stack.broker().start();
            case DATABASE_FROZEN -> stack.database().resume();
            case DATABASE_KILLED -> stack.database().start();
            default -> throw new IllegalArgumentException("Not a fault of a component: " + fault);
        }
        log.info("{} is over", fault.kind());
    }
}
