package io.iommuledger.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import org.apache.catalina.connector.ClientAbortException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the server's log says of requests that come to nothing. */
class ProblemAdviceTest {
    private final MockMvc mvc = MockMvcBuilders.standaloneSetup(new Broken())
            .setControllerAdvice(new ProblemAdvice())
            .build();

    private final Logger logger = (Logger) LoggerFactory.getLogger(ProblemAdvice.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @RestController
    static final class Broken {
        @GetMapping("/broken/{what}")
        void answer(@PathVariable("what") String what) throws IOException {
            IOException broken = new IOException("Broken " + what);
            if (what.equals("pipe")) {
                throw new ClientAbortException(broken);
            }
            throw broken;
        }
    }

    @BeforeEach
    void listen() {
        said.start();
        logger.addAppender(said);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(said);
    }

    @Test
    void aClientThatLeavesIsNoFault() throws Exception {
        MockHttpServletResponse answer =
                mvc.perform(get("/broken/pipe")).andReturn().getResponse();
        assertThat(answer.getContentAsString()).isEmpty();
        assertThat(said.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.INFO));
    }

    @Test
    void whatElseFailsIsOne() throws Exception {
        MockHttpServletResponse answer =
                mvc.perform(get("/broken/disk")).andReturn().getResponse();
        assertThat(answer.getStatus()).isEqualTo(500);
        assertThat(said.list).anyMatch(event -> event.getLevel().equals(Level.ERROR));
    }
}
