@org.jspecify.annotations.NullMarked
package io.iommuledger.query.load;
