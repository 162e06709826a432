package dev.tidewatch;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the application; what it does stands in the route files under {@code camel/}. */
@SpringBootApplication
public class Tidewatch {

    public static void main(String[] arguments) {
        SpringApplication.run(Tidewatch.class, arguments);
    }
}
