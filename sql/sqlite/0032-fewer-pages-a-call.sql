-- A call's transfers are found by their ids, which begin with the call's: this index was pages more to write with every call.
DROP INDEX ledger_transfers_call;
