package dev.tidewatch.embedded;

import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Ends a stack with its context, after every other bean: a context destroys its beans in the reverse order of their registration, and this
 * one is registered before any other exists. A context that fails to start destroys its beans as well.
 */
final class EmbeddedStackLifetime implements DisposableBean {

    private final EmbeddedStack stack;
    private final AtomicBoolean ended = new AtomicBoolean();

    private EmbeddedStackLifetime(EmbeddedStack stack) {
        this.stack = stack;
    }

    static void bind(EmbeddedStack stack, ConfigurableApplicationContext context) {
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        EmbeddedStackLifetime lifetime = new EmbeddedStackLifetime(stack);
        beans.registerSingleton("embeddedStack", stack);
        ((org.springframework.beans.factory.support.DefaultSingletonBeanRegistry) beans).registerDisposableBean("embeddedStackLifetime", lifetime);
    }

    @Override
    public void destroy() {
        if (ended.compareAndSet(false, true)) {
            stack.close();
        }
    }
}
