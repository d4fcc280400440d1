@org.jspecify.annotations.NullMarked
package io.iommuledger.report;
