package dev.tidewatch.embedded;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/** Closes a stack after all beans of its application, even if the application fails to start. */
final class EmbeddedStackLifetime implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedStackLifetime.class);

    private final EmbeddedStack stack;
    private final Runnable close;

    private EmbeddedStackLifetime(EmbeddedStack stack) {
        this.stack = stack;
        this.close = stack::close;
    }

    static void bind(EmbeddedStack stack, ConfigurableApplicationContext context) {
        EmbeddedStackLifetime lifetime = new EmbeddedStackLifetime(stack);
        DefaultSingletonBeanRegistry beans = (DefaultSingletonBeanRegistry) context.getBeanFactory();
        beans.registerSingleton("embeddedStack", stack);
        // A context destroys its beans in reverse order of registration, and this is the first one.
        beans.registerDisposableBean("embeddedStackLifetime", lifetime);
        // A context that fails before its refresh, or is interrupted during it, destroys no beans.
        context.addApplicationListener((ApplicationListener<ApplicationFailedEvent>) event -> lifetime.destroy());
        SpringApplication.getShutdownHandlers().add(lifetime.close);
        stack.leaveExitToApplication();
    }

    @Override
    public void destroy() {
        stack.close();
        try {
            SpringApplication.getShutdownHandlers().remove(close);
        } catch (IllegalStateException shutdown) {
            log.debug("The JVM is shutting down; closing twice is harmless", shutdown);
        }
    }
}
