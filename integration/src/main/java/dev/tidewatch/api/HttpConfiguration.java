package dev.tidewatch.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.MappedInterceptor;

/** What the HTTP server does for every request. */
@Configuration(proxyBeanMethods = false)
class HttpConfiguration {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemErrorReport() {
        return factory -> factory.addContextCustomizers(
                context -> ((StandardHost) context.getParent()).setErrorReportValveClass(ProblemErrorReport.class.getName()));
    }

    /**
     * 404 for a path below one of the contract, and 405 for HEAD: Spring maps those to the contract's operations too,
     * and Camel would answer them with the request's own headers and body.
     */
    @Bean
    MappedInterceptor onlyOperationsOfTheContract() {
        return new MappedInterceptor(null, new HandlerInterceptor() {
            @Override
            public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) throws IOException {
                boolean below = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                        && variables.get("matchOnUriPrefix") instanceof String rest && !rest.isEmpty();
                if (below) {
                    response.sendError(HttpServletResponse.SC_NOT_FOUND);
                    return false;
                }
                if ("HEAD".equals(request.getMethod())) {
                    response.setHeader("Allow", "GET");
                    response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
                    return false;
                }
                return true;
            }
        });
    }
}
