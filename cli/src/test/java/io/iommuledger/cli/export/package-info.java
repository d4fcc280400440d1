@org.jspecify.annotations.NullMarked
package io.iommuledger.cli.export;
