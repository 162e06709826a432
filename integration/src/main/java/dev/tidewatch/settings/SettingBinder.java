package dev.tidewatch.settings;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/** Binds settings where no application context does it, and says why settings cannot be bound. */
public final class SettingBinder {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z_]+)");

    private SettingBinder() {
    }

    /**
     * Binds a record that has {@link ConfigurationProperties}.
     *
     * @throws UnusableSettingException when a value cannot be used
     */
    public static <T> T bind(Environment environment, Class<T> type) {
        try {
            return Binder.get(environment).bindOrCreate(type.getAnnotation(ConfigurationProperties.class).value(), type);
        } catch (BindException e) {
            throw explain(e, environment);
        }
    }

    /** The reason in one sentence, with the environment variable of the setting. */
    static UnusableSettingException explain(BindException failure, Environment environment) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnusableSettingException unusable) {
                return unusable;
            }
        }
        return Limits.unusable(variable(failure), environment.getProperty(failure.getName().toString()),
                expected(failure.getTarget().getType().resolve(Object.class)));
    }

    /** The environment variable, or the property when it was set by its own name. */
    private static String variable(BindException failure) {
        if (failure.getProperty() == null) {
            return failure.getName().toString();
        }
        if (failure.getProperty().getOrigin() instanceof SystemEnvironmentOrigin origin) {
            return origin.getProperty();
        }
        Matcher variable = VARIABLE.matcher(String.valueOf(failure.getProperty().getValue()));
        return variable.find() ? variable.group(1) : failure.getName().toString();
    }

    private static String expected(Class<?> type) {
        if (type == Duration.class) {
            return "a duration, such as 30s, 15m or 12h";
        }
        if (type == DataSize.class) {
            return "a size, such as 32MB";
        }
        return type == boolean.class ? "true or false" : type == int.class || type == short.class ? "a whole number" : "a " + type.getSimpleName();
    }
}
