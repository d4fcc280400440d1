package io.iommuledger.query.rebuild;

import java.util.Optional;

/**
 * How the rows stand that answers are read from.
 *
 * @param position   up to which they have all events in them
 * @param told       of the newest of them that is more than that somebody read: what answers about state are as of
 * @param behind     events that are stored and not in them yet
 * @param fold       version of the rules by which they were made; 0 if it is not known
 * @param serverFold that this server makes rows by
 * @param parked     events that could not be taken, with those that wait behind them
 * @param rebuild    that is under way
 * @param horizon    before which nothing is known any more
 */
record ProjectionAnswer(
        long position,
        long told,
        long behind,
        int fold,
        int serverFold,
        long parked,
        Optional<RebuildAnswer> rebuild,
        Optional<HorizonAnswer> horizon) {}
