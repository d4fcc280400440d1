package io.iommuledger.query.rebuild;

import io.iommuledger.db.horizon.Horizon;

/**
 * Where folds and rebuilds begin.
 *
 * @param position from which on it is known how everything stood
 * @param rule     under which payloads of before are removed
 * @param fold     version of the rules by which what is stored of it was folded
 * @param event    position of the event that has the digest of that
 */
record HorizonAnswer(long position, String rule, int fold, long event) {
    static HorizonAnswer of(Horizon horizon) {
        return new HorizonAnswer(horizon.position(), horizon.rule(), horizon.fold(), horizon.event());
    }
}
