//! The setters of every adapter, written once.

/// The methods by which an app switches a ledger on and sets it, inside an `impl` of the adapter's settings. These have a function
/// `with_deliveries(self, impl FnOnce(Deliveries<R>) -> Deliveries<R>) -> Self` and one `deliveries(&self) -> &Deliveries<R>`, where
/// `R: Into<LateReply>`.
#[macro_export]
macro_rules! delivery_setters {
    () => {
        /// Runs the handler once for each message, however often the platform sends it, and detached from the connection: `ledger` keeps
        /// the records, [`MemoryLedger`]($crate::MemoryLedger) those of one server.
        ///
        /// Off by default. With it the whole body is read before the handler runs, in plain mode too, and the request's extensions hold the
        /// [`Delivery`]($crate::Delivery). See the [documentation of the ledger](::echostr_ledger) for what “once” means.
        pub fn ledger(self, ledger: impl $crate::Ledger) -> Self {
            self.with_deliveries(|deliveries| deliveries.ledger(ledger))
        }

        /// When a send is answered with `success` because the handler is not ready, from the arrival of its head: 4.5 s by default. Set it
        /// to 900 ms on a route for suite notices, for which the platform waits one second.
        ///
        /// Stay below 5 s, when the platform hangs up: from there on no send is told `success`, and a slow handler ends in the fault text.
        pub fn deadline(self, deadline: ::std::time::Duration) -> Self {
            self.with_deliveries(|deliveries| deliveries.deadline(deadline))
        }

        /// Which send that happens to: every one ([`Patience::OneSend`]($crate::Patience::OneSend), the default), or only the last
        /// ([`Patience::AllSends`]($crate::Patience::AllSends)), so that a reply that takes up to about 14 s still reaches the user as a
        /// passive reply. The latter has a price, see [there](::echostr_ledger#when-a-send-is-answered).
        pub fn patience(self, patience: $crate::Patience) -> Self {
            self.with_deliveries(|deliveries| deliveries.patience(patience))
        }

        /// What is done with a [`LateReply`]($crate::LateReply) or a failure that comes after `success` has been answered, or that no send
        /// fetches: send it by another way, using the [`Delivery`]($crate::Delivery) as idempotency key.
        pub fn on_late<F>(
            self,
            on_late: impl Fn($crate::Delivery, $crate::Late<$crate::LateReply>) -> F + Send + Sync + 'static,
        ) -> Self
        where
            F: ::std::future::Future<Output = ()> + Send + 'static,
        {
            self.with_deliveries(|deliveries| {
                deliveries.on_late(move |delivery, late| on_late(delivery, late.map(Into::into)))
            })
        }

        /// How many handlers may run at once; a request that would need one more gets 503. 10,000 by default.
        pub fn max_flights(self, most: usize) -> Self {
            self.with_deliveries(|deliveries| deliveries.max_flights(most))
        }

        /// How many requests may wait for one handler, besides the one that began it; one more gets 503. 8 by default.
        pub fn max_waiting(self, most: usize) -> Self {
            self.with_deliveries(|deliveries| deliveries.max_waiting(most))
        }

        /// All times at once, the deadline too: for tests with a [faster]($crate::Timing::sped_up) platform.
        pub fn timing(self, timing: $crate::Timing) -> Self {
            self.with_deliveries(|deliveries| deliveries.timing(timing))
        }

        /// The handlers that run detached, to be [drained]($crate::Flights::drain) before the server stops. Take it when all is set,
        /// before the app takes the middleware.
        #[must_use]
        pub fn flights(&self) -> $crate::Flights {
            self.deliveries().flights()
        }
    };
}
