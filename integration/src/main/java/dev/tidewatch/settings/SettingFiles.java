package dev.tidewatch.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.util.StringUtils;

/**
 * Reads settings from files, the form in which container engines provide secrets: {@code TIDB_PASSWORD_FILE} names the file of
 * {@code TIDB_PASSWORD}.
 */
final class SettingFiles {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z_]+)");

    private SettingFiles() {
    }

    /**
     * The content of each file by the name of its setting. Only variables that a configuration file refers to are settings.
     *
     * @throws UnusableSettingException when a file cannot be read, or a setting has both a value and a file
     */
    static Map<String, String> properties(ConfigurableEnvironment environment) {
        Map<String, String> properties = new TreeMap<>();
        for (String name : names(environment)) {
            String file = environment.getProperty(name + "_FILE");
            if (StringUtils.hasText(file)) {
                if (StringUtils.hasLength(environment.getProperty(name))) {
                    throw new UnusableSettingException("%s and %s_FILE are both set; set only one of them.".formatted(name, name));
                }
                properties.put(name, content(name, file));
            }
        }
        return properties;
    }

    private static Set<String> names(ConfigurableEnvironment environment) {
        return environment.getPropertySources().stream()
                .filter(EnumerablePropertySource.class::isInstance).map(EnumerablePropertySource.class::cast)
                .filter(source -> source.getName().startsWith("Config resource"))
                .flatMap(source -> Stream.of(source.getPropertyNames()).map(source::getProperty))
                .flatMap(value -> VARIABLE.matcher(String.valueOf(value)).results().map(found -> found.group(1)))
                .collect(Collectors.toSet());
    }

    private static String content(String name, String file) {
        try {
            // An editor adds a trailing newline; Spring would resolve ${ as a placeholder.
            return Files.readString(Path.of(file)).replaceFirst("\\r?\\n\\z", "").replace("${", "\\${");
        } catch (IOException e) {
            throw UnusableSettingException.unreadable(name + "_FILE", file, e);
        }
    }
}
