package dev.tidewatch.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.handler.MappedInterceptor;

/** What the HTTP server does for every request. */
@Configuration(proxyBeanMethods = false)
class HttpConfiguration {

    private static final String FORM = "application/x-www-form-urlencoded";

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemErrorReport() {
        return factory -> factory.addContextCustomizers(
                context -> ((StandardHost) context.getParent()).setErrorReportValveClass(ProblemErrorReport.class.getName()));
    }

    /**
     * Refuses what Camel would misread: HEAD (405), which it answers with the request's own headers,
     * and forms (415), whose fields it reads into message headers.
     */
    @Bean
    MappedInterceptor neitherHeadNorForms() {
        return new MappedInterceptor(null, new HandlerInterceptor() {
            @Override
            public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) throws IOException {
                if ("HEAD".equals(request.getMethod())) {
                    response.setHeader("Allow", "GET");
                    response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
                    return false;
                }
                if (request.getContentType() != null && request.getContentType().strip().toLowerCase(Locale.ROOT).startsWith(FORM)) {
                    response.sendError(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE);
                    return false;
                }
                return true;
            }
        });
    }
}
