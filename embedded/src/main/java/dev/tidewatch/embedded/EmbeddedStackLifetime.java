package dev.tidewatch.embedded;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/** Ends a stack with its application, after everything else of it, however it ends. */
final class EmbeddedStackLifetime implements DisposableBean {

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
        // A context destroys its beans in the reverse order of their registration, and no other is registered yet.
        beans.registerDisposableBean("embeddedStackLifetime", lifetime);
        // A context that fails before its refresh, or is interrupted there, destroys no beans.
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
            // The handlers run already; closing twice does no harm.
            return;
        }
    }
}
