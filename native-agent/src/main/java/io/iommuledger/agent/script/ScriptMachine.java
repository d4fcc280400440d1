package io.iommuledger.agent.script;

import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.ProcessMemory;
import io.iommuledger.agent.kernel.VfioKernel;

/** What a script runs on. */
record ScriptMachine(VfioKernel kernel, HostPlatform platform, ProcessMemory memory) {}
