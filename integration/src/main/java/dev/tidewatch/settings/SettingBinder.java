package dev.tidewatch.settings;

import java.net.InetAddress;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
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
        return bind(environment, type.getAnnotation(ConfigurationProperties.class).value(), type);
    }

    static <T> T bind(Environment environment, String prefix, Class<T> type) {
        try {
            return Binder.get(environment).bindOrCreate(prefix, type);
        } catch (BindException e) {
            throw explain(e, environment);
        }
    }

    /**
     * Checks a whole number that a library binds.
     *
     * @throws UnusableSettingException when it is outside its limits
     */
    static int number(Environment environment, String property, long least, long most) {
        try {
            int number = Binder.get(environment).bind(property, Integer.class).get();
            Limits.number(variable(property, environment), number, least, most);
            return number;
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
        String property = failure.getName().toString();
        return Limits.unusable(variable(property, environment), environment.getProperty(property),
                expected(failure.getTarget().getType().resolve(Object.class)));
    }

    /** The environment variable that application.yaml reads the property from; the property itself if the variable is not set. */
    static String variable(String property, Environment environment) {
        return ((ConfigurableEnvironment) environment).getPropertySources().stream()
                .map(source -> VARIABLE.matcher(String.valueOf(source.getProperty(property)))).filter(Matcher::find)
                .map(variable -> variable.group(1)).filter(environment::containsProperty).findFirst().orElse(property);
    }

    private static String expected(Class<?> type) {
        if (type == Duration.class) {
            return "a duration, such as 30s, 15m or 12h";
        }
        if (type == DataSize.class) {
            return "a size, such as 32MB";
        }
        if (type == InetAddress.class) {
            return "an IP address or a host name";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        return type == int.class || type == short.class || type == Integer.class ? "a whole number" : "a " + type.getSimpleName();
    }
}
