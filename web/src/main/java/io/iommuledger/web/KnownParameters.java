package io.iommuledger.web;

import io.iommuledger.web.csv.ListAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Refuses parameters that the handler does not know, before it runs: a reset with {@code dryrun=true} would else be a reset.
 * They are read from the query itself, for a form's are the body, which the handler wants to read.
 */
final class KnownParameters implements HandlerInterceptor {
    /** How a list is written. */
    static final String FORMAT = "format";

    static final String JSON = "json";
    static final String CSV = "csv";

    private final Map<Method, Set<String>> known = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        String query = request.getQueryString();
        if (query != null && handler instanceof HandlerMethod) {
            // Before anybody asks the request for a parameter: Tomcat takes it for a fault of the server's.
            PercentEncoding.require(query);
        }
        if (query != null && handler instanceof HandlerMethod method) {
            Set<String> names = known.computeIfAbsent(method.getMethod(), KnownParameters::namesOf);
            UriComponentsBuilder.newInstance()
                    .query(query)
                    .build()
                    .getQueryParams()
                    .forEach((name, values) -> {
                        // As it is written: %64ryRun would be found here, and not by who looks for dryRun.
                        if (!names.contains(name)) {
                            throw Problem.badField(
                                    UriUtils.decode(name, StandardCharsets.UTF_8),
                                    String.valueOf(values.getFirst()),
                                    "no such parameter; known are " + names);
                        }
                        if (values.size() > 1) {
                            // dryRun=false&dryRun=true must not be a reset because the first one is false.
                            throw Problem.badField(
                                    name, String.valueOf(values.getLast()), "one value; it is given more than once");
                        }
                        // Spring would take what is empty for what was left out.
                        if (values.getFirst() == null || values.getFirst().isEmpty()) {
                            throw Problem.badField(name, "", "a value, " + name + "=…");
                        }
                        if (name.equals(FORMAT)
                                && isList(method.getMethod())
                                && !List.of(JSON, CSV).containsAll(values)) {
                            throw Problem.badField(FORMAT, String.valueOf(values.getFirst()), "json or csv");
                        }
                    });
        }
        return true;
    }

    private static Set<String> namesOf(Method handler) {
        Set<String> names = new TreeSet<>();
        Arrays.stream(handler.getParameters()).flatMap(KnownParameters::namesOf).forEach(names::add);
        InQuery byItself = handler.getAnnotation(InQuery.class);
        if (byItself != null) {
            names.addAll(List.of(byItself.value()));
        }
        if (isList(handler)) {
            names.add(FORMAT);
        }
        return names;
    }

    private static boolean isList(Method handler) {
        return ListAnswer.of(handler.getReturnType()).isPresent();
    }

    private static Stream<String> namesOf(Parameter parameter) {
        RequestParam single = parameter.getAnnotation(RequestParam.class);
        if (single != null) {
            return Stream.of(single.value().isEmpty() ? parameter.getName() : single.value());
        }
        if (!parameter.getType().isRecord()) {
            return Stream.empty();
        }
        return Arrays.stream(parameter.getType().getDeclaredConstructors()[0].getParameters())
                .map(KnownParameters::boundName);
    }

    private static String boundName(Parameter component) {
        BindParam renamed = component.getAnnotation(BindParam.class);
        return renamed == null ? component.getName() : renamed.value();
    }
}
