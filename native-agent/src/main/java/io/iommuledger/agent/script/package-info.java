/** The language of vfio-scripts: operations of VFIO one a line, with what the kernel answered. Nothing of the service uses it. */
@NullMarked
package io.iommuledger.agent.script;

import org.jspecify.annotations.NullMarked;
