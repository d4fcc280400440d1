package io.iommuledger.db.append;

/** Told, on a thread of its own and in order, when this process begins and ceases to lead. */
public interface LeadListener {
    void leads();

    /** @param refusal what everybody is answered from now on */
    void leadsNoMore(AppendRefused refusal);
}
