package io.iommuledger.proof;

/** What is kept of a tree is not that of the tree that it should be. */
public final class TreeDamaged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TreeDamaged(String message) {
        super(message);
    }
}
