package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request for memory says and cannot have is refused by name, not left out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemoryRefusalTest {
    private CommandSideRig rig;
    private FakeAgent agent;

    @BeforeAll
    void start(@TempDir Path directory) {
        rig = new CommandSideRig(directory);
        agent = rig.connect("lab", 1, UUID.randomUUID());
        agent.send(2, new ContextOpenRequested(1), new ContextOpened(2, 1, ContextKind.TYPE1));
        agent.storedBelow(4);
    }

    @AfterAll
    void stop() {
        agent.close();
        rig.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'memory':{'region':'a','hugePageBytes':2097152}} | 2097152 | backing.memory.hugePageBytes | region",
                "{'memory':{'offset':4096}}                        | 4096    | backing.memory.offset        | region",
                "{'memory':{'offset':0}}                           | 4096    | backing.memory.offset        | region",
                "{'memory':{'hugePageBytes':2097152}}              | 4096    | size                         | hugePageBytes 2097152",
                "{'memory':{'hugePageBytes':1073741824}}           | 2097152 | size                         | hugePageBytes 1073741824",
                "{'memory':{},'file':{'path':'/dev/shm/ring'}}     | 4096    | backing                      | exactly one of",
                "{}                                                | 4096    | backing                      | region",
                "{'file':{'path':'/tmp/\\ud800'}}                   | 4096    | backing.file.path            | absolute path",
            })
    void aMappingIsRefusedByTheFieldThatDoesNotFit(String backing, long size, String field, String told)
            throws Exception {
        refused(
                "contexts/1-1/mappings",
                "{'iova':0,'size':" + size + ",'access':'rw','backing':" + backing + "}",
                field,
                told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5000    | none | 4096 bytes with hugePages none",
                "2101248 | 2M   | 2097152 bytes with hugePages 2M",
                "2097152 | 1G   | 1073741824 bytes with hugePages 1G",
            })
    void aRegionThatIsNoMultipleOfItsPageIsRefused(long size, String pages, String told) throws Exception {
        refused("regions", "{'name':'ring','size':" + size + ",'hugePages':'" + pages + "'}", "size", told);
    }

    private void refused(String path, String body, String field, String told) throws Exception {
        Reply reply = rig.post("hosts/lab/" + path, body.replace('\'', '"')).get(20, TimeUnit.SECONDS);
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(400);
        assertThat(reply.text("field")).isEqualTo(field);
        assertThat(reply.text("detail")).contains(told);
        assertThat(agent.received).isEmpty();
    }
}
