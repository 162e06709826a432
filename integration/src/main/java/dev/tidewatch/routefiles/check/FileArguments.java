package dev.tidewatch.routefiles.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The arguments {@code <files or folders>} of a command. */
public final class FileArguments {

    private FileArguments() {
    }

    /**
     * Lists the files that the arguments name.
     *
     * @param inFolder which files of a folder to include; a file that is an argument itself is always included
     * @return the files, each with the folder that it comes from
     * @throws IllegalArgumentException for invalid arguments, with a message for the user
     */
    public static Map<Path, Optional<Path>> files(String command, List<String> arguments, Predicate<Path> inFolder) {
        String usage = "Usage: java -jar tidewatch.jar " + command + " <files or folders>";
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException(usage);
        }
        Map<Path, Optional<Path>> files = new TreeMap<>();
        for (String argument : arguments) {
            Path path = Path.of(argument);
            if (argument.startsWith("-") || !Files.exists(path)) {
                throw new IllegalArgumentException((argument.startsWith("-") ? "Unknown option: " : "No such file or folder: ") + argument
                        + System.lineSeparator() + usage);
            }
            if (!Files.isDirectory(path)) {
                files.put(path, Optional.empty());
                continue;
            }
            try (Stream<Path> all = Files.list(path)) {
                all.filter(inFolder).forEach(file -> files.put(file, Optional.of(path)));
            } catch (IOException e) {
                throw new IllegalArgumentException("Cannot read " + argument + ": " + e.getMessage(), e);
            }
        }
        return files;
    }
}
