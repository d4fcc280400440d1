/**
 * The kernel port on Linux: VFIO's system calls through JNA, and sysfs. {@code Libc} calls, {@code KernelCalls} turns
 * its errno into a refusal with a name, {@code VfioAbi} and {@code VfioRequest} hold what include/uapi/linux/vfio.h
 * says, and {@code VfioAnswers} reads the structs that come back.
 */
@NullMarked
package io.iommuledger.agent.linux;

import org.jspecify.annotations.NullMarked;
