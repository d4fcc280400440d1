package io.iommuledger.query.export;

/** As whose records they are exported. */
final class Product {
    static final String VENDOR = "IOMMU Ledger";
    static final String NAME = "iommu-ledger";

    private Product() {}
}
