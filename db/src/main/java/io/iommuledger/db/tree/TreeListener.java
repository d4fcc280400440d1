package io.iommuledger.db.tree;

import io.iommuledger.proof.GrowingTree;

/** Asked a few times a second while this process leads, when all of the tree that it is shown is kept in rows. */
@FunctionalInterface
public interface TreeListener {
    /** @param term in which this process leads */
    void standing(long term, GrowingTree tree);
}
