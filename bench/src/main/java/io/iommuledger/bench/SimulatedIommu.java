package io.iommuledger.bench;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** How much longer the software IOMMU takes for an unmap and a map at a random place with 65,534 live mappings than with 100. */
final class SimulatedIommu implements Benchmark {
    private static final int MANY = 65_534;
    private static final int FEW = 100;
    private static final int PAIRS = 1_000_000;
    private static final int RUNS = 5;
    private static final long PAGE = 4096;
    private static final int READ_WRITE = 3;

    @Override
    public String name() {
        return "simulated-iommu";
    }

    @Override
    public Target target() {
        return Target.atMost(2, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws KernelRefused {
        List<Double> ratios = new ArrayList<>();
        pairs(FEW);
        pairs(MANY);
        for (int i = 0; i < RUNS; i++) {
            double few = pairs(FEW);
            double many = pairs(MANY);
            progress.accept("%.0f ns with %d live, %.0f ns with %d".formatted(few, FEW, many, MANY));
            ratios.add(many / few);
        }
        return ratios;
    }

    /** @return nanoseconds for an unmap and a map */
    private static double pairs(int live) throws KernelRefused {
        SimulatedHost host = SimulatedHosts.lab();
        ContainerFd container = host.openContainer();
        GroupFd group = host.openGroup(4);
        host.setContainer(group, container);
        host.setIommu(container, VfioKernel.TYPE1V2);
        long vaddr = host.mmapAnonymous(PAGE, 0);
        for (int i = 0; i < live; i++) {
            host.mapDma(container, vaddr, place(i), PAGE, READ_WRITE);
        }
        SplittableRandom random = new SplittableRandom(1);
        long began = System.nanoTime();
        for (int i = 0; i < PAIRS; i++) {
            long iova = place(random.nextInt(live));
            host.unmapDma(container, iova, PAGE, 0);
            host.mapDma(container, vaddr, iova, PAGE, READ_WRITE);
        }
        return (System.nanoTime() - began) / (double) PAIRS;
    }

    private static long place(int index) {
        return 0x1_0000_0000L + index * 2L * PAGE;
    }
}
