package dev.tidewatch.routefiles.check;

import org.apache.camel.CamelContext;

/** Camel's reference documentation, in the version that this application runs. */
final class CamelDocs {

    private CamelDocs() {
    }

    /** A sentence to append, with a space before it; {@code page} is a path such as {@code sql-component.html}. */
    static String see(String page) {
        return " See https://camel.apache.org/components/%s/%s."
                .formatted(line(CamelContext.class.getPackage().getImplementationVersion()), page);
    }

    /** The documentation of 4.2.1 is that of 4.2.x. */
    private static String line(String version) {
        return version == null ? "latest" : version.replaceFirst("^(\\d+\\.\\d+).*", "$1.x");
    }
}
