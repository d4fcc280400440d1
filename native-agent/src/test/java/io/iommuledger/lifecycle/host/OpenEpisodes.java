package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.reset.Episode;
import java.util.List;

/** What only tests ask of the fold. */
public final class OpenEpisodes {

    private OpenEpisodes() {}

    public static List<Episode> of(HostState books) {
        return books.openEpisodes();
    }
}
