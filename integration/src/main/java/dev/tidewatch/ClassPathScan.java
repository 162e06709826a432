package dev.tidewatch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PackageScanResourceResolver;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.ResourceLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.scan.DefaultPackageScanResourceResolver;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Finds the application's route files as Spring finds resources. Camel's resolver for packaged applications inflates all their libraries
 * for each folder: two seconds a folder.
 */
@Component
class ClassPathScan extends DefaultPackageScanResourceResolver {

    ClassPathScan(CamelContext camel) {
        camel.getCamelContextExtension().addContextPlugin(PackageScanResourceResolver.class, this);
    }

    @Override
    protected void findInClasspath(String folder, Set<Resource> resources, String subPattern, Predicate<String> filter) {
        ResourceLoader loader = PluginHelper.getResourceLoader(getCamelContext());
        try {
            for (var found : new PathMatchingResourcePatternResolver().getResources("classpath*:" + folder + subPattern)) {
                String url = found.getURL().toString();
                String path = url.substring(url.lastIndexOf("/" + folder) + 1);
                if (filter == null || filter.test(path)) {
                    resources.add(loader.resolveResource("classpath:" + path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot search " + folder, e);
        }
    }
}
