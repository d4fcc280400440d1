package io.iommuledger.standalone;

import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.lifecycle.device.PciAddress;

/** DMA on the simulated machine. */
record SimulatedDma(SimulatedHost machine, PciAddress engine, PciAddress exporter, int bar) implements DmaView {

    @Override
    public String read(long iova) {
        return switch (machine.dmaReadLogged(engine, iova)) {
            case DmaAnswer.Read(String tag) -> "read " + tag;
            case DmaAnswer.Nothing nothing -> "none";
            case DmaAnswer.Fault fault -> "fault";
        };
    }

    @Override
    public void tagMemory(long iova, long vaddr, String tag) {
        machine.tagMemory(vaddr, tag);
    }

    @Override
    public void tagBar(String tag) {
        machine.tagBar(exporter, bar, tag);
    }
}
