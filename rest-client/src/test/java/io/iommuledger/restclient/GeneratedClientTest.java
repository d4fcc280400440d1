package io.iommuledger.restclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.generated.ApiClient;
import io.iommuledger.generated.ApiException;
import io.iommuledger.generated.api.CommandSideApi;
import io.iommuledger.generated.api.QuerySideApi;
import io.iommuledger.generated.api.QuerySideApi.APIGetHostsHostDevicesRequest;
import io.iommuledger.generated.api.QuerySideApi.APIGetHostsRequest;
import io.iommuledger.generated.api.QuerySideApi.APIGetMappingsRequest;
import io.iommuledger.generated.api.QuerySideApi.APIGetOperationsRequest;
import io.iommuledger.generated.api.QuerySideApi.APIGetZombiesRequest;
import io.iommuledger.generated.model.AttachRequest;
import io.iommuledger.generated.model.Backing;
import io.iommuledger.generated.model.BackingBar;
import io.iommuledger.generated.model.BackingMemory;
import io.iommuledger.generated.model.DeviceAnswer;
import io.iommuledger.generated.model.DeviceDevices;
import io.iommuledger.generated.model.MapOne;
import io.iommuledger.generated.model.MapRequest;
import io.iommuledger.generated.model.MappingAnswer;
import io.iommuledger.generated.model.OperationAnswer;
import io.iommuledger.generated.model.Outcome;
import io.iommuledger.generated.model.Problem;
import io.iommuledger.generated.model.Unsigned;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.standalone.Server;
import io.iommuledger.standalone.Standalone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What somebody gets who has nothing but the description of REST: a client that works with the real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeneratedClientTest {
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final String HOST = "demo";
    private static final String NIC = "0000:3b:00.0";
    private static final String GPU = "0000:af:00.0";

    private final ApiClient client = new ApiClient();
    private Standalone running;
    private CommandSideApi commands;
    private QuerySideApi queries;

    @BeforeAll
    void start(@TempDir Path data) throws IOException {
        running = Standalone.start(new Standalone.Settings(
                data, Server.Rest.local(), "", Standalone.Machine.IDLE, Policies.KERNEL, false));
        client.updateBaseUri("http://127.0.0.1:" + running.server().port());
        commands = new CommandSideApi(client);
        queries = new QuerySideApi(client);
    }

    @AfterAll
    void end() {
        running.close();
    }

    @Test
    void mapsAndSeesAZombieComeAndGo() throws ApiException {
        String context = commands.postHostsHostContexts(HOST, null).getContext();
        for (String device : List.of(GPU, NIC)) {
            commands.postHostsHostContextsContextDevices(HOST, context, new AttachRequest().device(device), null);
        }
        Backing bar = new Backing().bar(new BackingBar().device(NIC).index(0));
        Outcome mapped = commands.postHostsHostContextsContextMappings(
                HOST, context, new MapRequest(range("0x2000000000", 0x10_0000, bar)), null);
        MappingAnswer standing = mappings(mapped).getFirst();
        assertThat(standing.getId()).isEqualTo(mapped.getMapping());
        assertThat(standing.getState()).isEqualTo(MappingAnswer.StateEnum.ACTIVE);
        assertThat(standing.getAccess()).isEqualTo(MappingAnswer.AccessEnum.RW);
        assertThat(standing.getBacking().getBar().getDevice()).isEqualTo(NIC);
        assertThat(standing.getImporters()).contains(GPU);
        Outcome released = commands.deleteHostsHostContextsContextDevicesDevice(HOST, context, NIC, true, null, null);
        MappingAnswer zombie = queries.getZombies(APIGetZombiesRequest.newBuilder()
                        .host(HOST)
                        .waitFor(released.getPosition())
                        .build())
                .getZombies()
                .getFirst();
        assertThat(zombie.getState()).isEqualTo(MappingAnswer.StateEnum.ORPHANED);
        assertThat(zombie.getSource()).isEqualTo(MappingAnswer.SourceEnum.INFERRED);
        assertThat(zombie.getExposure().getEnded()).isFalse();
        Outcome unmapped =
                commands.deleteHostsHostContextsContextMappings(HOST, context, "0x2000000000", "0x100000", null, null);
        assertThat(mappings(unmapped)).isEmpty();
    }

    private List<MappingAnswer> mappings(Outcome after) throws ApiException {
        return queries.getMappings(APIGetMappingsRequest.newBuilder()
                        .host(HOST)
                        .exporter(NIC)
                        .waitFor(after.getPosition())
                        .build())
                .getMappings();
    }

    @Test
    void aCommandThatComesAgainUnderItsKeyIsNotCarriedOutAgain() throws ApiException {
        String key = UUID.randomUUID().toString();
        Outcome first = commands.postHostsHostContexts(HOST, key);
        queries.getHosts(
                APIGetHostsRequest.newBuilder().waitFor(first.getPosition()).build());
        Outcome again = commands.postHostsHostContexts(HOST, key);
        assertThat(again.getOperation()).isEqualTo(first.getOperation());
        assertThat(again.getContext()).isEqualTo(first.getContext());
        OperationAnswer newest = newest();
        for (long end = System.nanoTime() + PATIENCE_NANOS;
                newest.getOutcome() == OperationAnswer.OutcomeEnum.PENDING && System.nanoTime() - end < 0; ) {
            newest = newest();
        }
        assertThat(newest.getOperation()).isEqualTo(first.getOperation());
        assertThat(newest.getOutcome()).isEqualTo(OperationAnswer.OutcomeEnum.SUCCEEDED);
        assertThat(newest.getInstruction()).isEqualTo("OpenContext");
    }

    private OperationAnswer newest() throws ApiException {
        return queries.getOperations(
                        APIGetOperationsRequest.newBuilder().host(HOST).limit(1).build())
                .getOperations()
                .getFirst();
    }

    @Test
    void readsAListPageByPage() throws ApiException {
        List<String> whole = addresses(queries.getHostsHostDevices(
                APIGetHostsHostDevicesRequest.newBuilder().host(HOST).build()));
        List<String> found = new ArrayList<>();
        DeviceDevices page = queries.getHostsHostDevices(
                APIGetHostsHostDevicesRequest.newBuilder().host(HOST).limit(1).build());
        found.addAll(addresses(page));
        while (page.getNext() != null) {
            page = queries.getHostsHostDevices(APIGetHostsHostDevicesRequest.newBuilder()
                    .host(HOST)
                    .limit(1)
                    .cursor(page.getNext())
                    .build());
            found.addAll(addresses(page));
        }
        assertThat(found).isEqualTo(whole).hasSizeGreaterThan(2);
    }

    private static List<String> addresses(DeviceDevices page) {
        return page.getDevices().stream().map(DeviceAnswer::getAddress).toList();
    }

    @Test
    void aRefusalIsAProblemOfItsType() throws Exception {
        Problem missing = problem(
                404,
                () -> queries.getHostsHostDevices(APIGetHostsHostDevicesRequest.newBuilder()
                        .host("nobody")
                        .build()));
        assertThat(missing.getType()).isEqualTo("/problems/not-found");
        assertThat(missing.getDetail()).contains("nobody");
        String context = commands.postHostsHostContexts(HOST, null).getContext();
        commands.postHostsHostContextsContextDevices(HOST, context, new AttachRequest().device("0000:5e:00.0"), null);
        Backing memory = new Backing().memory(new BackingMemory());
        MapRequest forbidden = new MapRequest(range("0xfee00000", 4096, memory));
        Problem refused =
                problem(409, () -> commands.postHostsHostContextsContextMappings(HOST, context, forbidden, null));
        assertThat(refused.getType()).isEqualTo("/problems/kernel-refused");
        assertThat(refused.getStatus()).isEqualTo(409);
        assertThat(refused.getAdditionalProperty("errno")).isEqualTo("EINVAL");
    }

    private Problem problem(int status, ThrowingCallable call) throws IOException {
        ApiException[] thrown = new ApiException[1];
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(call)
                .satisfies(e -> thrown[0] = e)
                .returns(status, ApiException::getCode);
        return client.getObjectMapper().readValue(thrown[0].getResponseBody(), Problem.class);
    }

    private static MapOne range(String iova, long size, Backing backing) {
        return new MapOne()
                .iova(new Unsigned(iova))
                .size(new Unsigned(size))
                .access(MapOne.AccessEnum.RW)
                .backing(backing);
    }
}
