package dev.tidewatch.routefiles.check;

import org.apache.camel.CamelContext;

/** Links to Camel's reference documentation of the version on the class path. */
final class CamelDocs {

    private CamelDocs() {
    }

    /** A sentence to append, with a leading space; {@code page} is a path such as {@code sql-component.html}. */
    static String see(String page) {
        return " See https://camel.apache.org/components/%s/%s."
                .formatted(line(CamelContext.class.getPackage().getImplementationVersion()), page);
    }

    /** 4.2.x for version 4.2.1. */
    private static String line(String version) {
        return version == null ? "latest" : version.replaceFirst("^(\\d+\\.\\d+).*", "$1.x");
    }
}
