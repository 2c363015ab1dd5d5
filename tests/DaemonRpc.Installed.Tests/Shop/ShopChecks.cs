namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>What the tool and its test project do with the shop.</summary>
internal static class ShopChecks
{
    /// <summary>Every method, before and after both ends' garbage was collected.</summary>
    public const string Calls = """
        using System.IO.Pipelines;
        using Acme.Stock;
        using DaemonRpc;

        namespace Acme.Shop.Tool;

        public static class Calls
        {
            public static async Task<List<string>> InDaemonAsync()
            {
                await using ShopClient client = await ShopClient.ConnectAsync();
                return await AllAsync(client, [$"{client.Daemon.Origin}, elsewhere: {client.Daemon.ProcessId != Environment.ProcessId}"]);
            }

            public static async Task<List<string>> InProcessAsync(Func<IShop> make)
            {
                await using ShopClient client = ShopClient.ConnectInProcess(_ => make());
                return await AllAsync(client, []);
            }

            private static async Task<List<string>> AllAsync(IShop shop, List<string> lines)
            {
                await AddAsync(shop, lines);
                await AddInheritedAsync(shop, lines);
                await shop.CollectAsync();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                await AddAsync(shop, lines);
                await AddInheritedAsync(shop, lines);
                return lines;
            }

            private static async Task AddInheritedAsync(IShop shop, List<string> lines)
            {
                IStore<Order> store = shop;
                await store.KeepAsync("first", new Order(5, new Customer("Eve", new Place("Riga", [7])), []));
                lines.Add(await store.KeptAsync("first") is { } order ? Text.Of(order) : "none");
                lines.Add(await store.KeptAsync("second", skip: 1) is { } other ? Text.Of(other) : "none");
                await foreach ((string key, Order kept) in store.AllKeptAsync())
                {
                    lines.Add($"{key}: {Text.Of(kept)}");
                }

                lines.Add($"{await shop.CountKeptAsync()} kept, {await shop.GreetAsync("Eve")}");
                lines.Add($"{await shop.AuditAsync(new Audit("Eve").Sealed("new"))}");
            }

            private static async Task AddAsync(IShop shop, List<string> lines)
            {
                var ann = new Customer("Ann", new Place("Oslo", [1, 23]), new Place("Bergen", []));
                var bob = new Customer("Bob", new Place("Rome", [456]));
                var shelves = new Dictionary<string, List<Item>> { ["top"] = [new Item("cup", 1.5m), new Item("jug", 20m)], ["low"] = [] };
                await shop.ClearAsync();
                await shop.PutAsync(new Order(1, ann, shelves));
                await shop.PutAsync(new Order(2, bob, []));
                await shop.PutAsync(new Order(3, ann, shelves));
                lines.Add(Text.Of(await shop.FindAsync(new Query()), Text.Of));
                lines.Add(Text.Of(await shop.FindAsync(new Query("Oslo", [3, 300])), Text.Of));
                lines.Add(Text.Of(await shop.FindAsync(new Query("Paris")), Text.Of));
                lines.Add(Text.Of(await shop.AddToAsync(shelves, "low", new Item("pan", 3m))));
                lines.Add(Text.Of(await shop.ChargeAsync(new Cash(7m))));
                lines.Add(Text.Of(await shop.ChargeAsync(new Card(ann, new Page<Item>(1, [.. shelves["top"]])))));
                lines.Add($"{await shop.PackAsync(new Order(5, bob, shelves), new Reports<Parcel>(parcel => lines.Add(Text.Of(parcel))), new Reports<string>(lines.Add))} packed");
                lines.Add($"{await shop.PackAsync(new Order(6, bob, shelves))} packed");
                IAsyncEnumerable<Page<Item>?> deliveries = ((Page<Item>?[])[new Page<Item>(1, [.. shelves["top"]]), null]).ToAsyncEnumerable();
                IAsyncEnumerable<KeyValuePair<string, Place>> places = new Dictionary<string, Place> { ["Ann"] = ann.Home }.ToAsyncEnumerable();
                lines.Add(Text.Of(await shop.LoadAsync(deliveries, places), Text.Of));
                lines.Add(Text.Of(await shop.LoadAsync(deliveries), Text.Of));
                await foreach (Payment payment in shop.ExchangeAsync(((Payment[])[new Cash(2m), new Card(ann, new Page<Item>(1, [.. shelves["top"]]))]).ToAsyncEnumerable()))
                {
                    lines.Add(Text.Of(payment));
                }

                using var receipt = new MemoryStream();
                string path = Path.GetTempFileName();
                using (FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
                {
                    File.Delete(path);
                    PipeReader notes = PipeReader.Create(new MemoryStream("One cup. "u8.ToArray()));
                    long empty = await shop.PrintAsync(file, notes, null);
                    long length = await shop.PrintAsync(receipt, PipeReader.Create(new MemoryStream(new byte[300_000])), file.SafeFileHandle);
                    lines.Add($"{empty} then {length} in the ledger at {file.Position}, {receipt.Length} on the receipt");
                }

                foreach (bool isFile in (bool[])[true, false])
                {
                    await using Stream book = (await shop.OpenBookAsync("cup jug pan", isFile))!;
                    lines.Add($"{string.Join(", ", (await new StreamReader(book).ReadToEndAsync()).Split('\n'))}can be positioned: {book.CanSeek}");
                }

                lines.Add($"no book: {await shop.OpenBookAsync(null, true) is null}");
                Payment? sold = await shop.SellAsync(new Order(9, bob, []), new Haggle(lines.Add), new Reports<string>(lines.Add));
                lines.Add($"sold for {Text.Of(sold!)}, without a word for {await shop.SellAsync(new Order(9, bob, []), null) is null}");
                foreach (Order order in (Order[])[new Order(7, ann, shelves), new Order(8, bob, [])])
                {
                    try
                    {
                        await shop.ShipAsync(order);
                    }
                    catch (DaemonFaultException<Shortage<Item>> exception)
                    {
                        lines.Add($"{exception.Message} {string.Join(", ", exception.Fault.Missing.Select(Text.Of))} at {Text.Of(exception.Fault.At)}");
                    }
                    catch (DaemonFaultException<Payment> exception)
                    {
                        lines.Add(Text.Of(exception.Fault));
                    }
                }

                await foreach (Page<Payment> page in shop.PaymentsAsync(2))
                {
                    lines.Add(Text.Of(page, Text.Of));
                }

                try
                {
                    lines.Add(Text.Of(await shop.RefuseAsync("", new Order(4, bob, [])), Text.Of));
                }
                catch (DaemonRemoteException exception)
                {
                    lines.Add($"{exception.RemoteType}: {exception.Message}");
                }
            }

            private sealed class Haggle(Action<string> add) : IHaggle<Payment>
            {
                public ValueTask<Payment?> BidAsync(Page<Payment> before, CancellationToken cancellationToken) =>
                    new(before.Number == 2 ? null : new Cash(before.Number + before.Items.Length));

                public Task TellAsync(string word)
                {
                    add(word);
                    return Task.CompletedTask;
                }
            }

            private sealed class Reports<T>(Action<T> add) : IProgress<T>
            {
                public void Report(T value) => add(value);
            }
        }
        """;

    /// <summary>A console program in the place of a test project: with a handler of the tool's, with one of its own, and with all that the tool does.</summary>
    public const string Checks = """
        using System.IO.Pipelines;
        using Acme.Shop;
        using Acme.Shop.Tool;
        using Acme.Stock;
        using Microsoft.Win32.SafeHandles;

        if (args is not ["fake"])
        {
            return await ShopTool.RunAsync(args);
        }

        foreach (string line in await Calls.InProcessAsync(() => new Fake()))
        {
            Console.WriteLine(line);
        }

        return 0;

        internal sealed class Fake : IShop
        {
            private readonly ShopHandler _real = new();

            public ValueTask ClearAsync() => _real.ClearAsync();

            public Task PutAsync(Order order) => _real.PutAsync(order with { Number = order.Number * 100 });

            public Task<Page<Order>> FindAsync(Query query, CancellationToken cancellationToken) => _real.FindAsync(query, cancellationToken);

            public Task<Dictionary<string, List<Item>>> AddToAsync(Dictionary<string, List<Item>> shelves, string shelf, Item item) => _real.AddToAsync(shelves, shelf, item);

            public ValueTask<Payment> ChargeAsync(Payment payment) => _real.ChargeAsync(payment);

            public IAsyncEnumerable<Page<Payment>> PaymentsAsync(int count) => _real.PaymentsAsync(count);

            public Task<int> StocktakeAsync(int orders, CancellationToken cancellationToken) => _real.StocktakeAsync(orders, cancellationToken);

            public Task<int> PackAsync(Order order, IProgress<Parcel>? parcels, IProgress<string>? words, CancellationToken cancellationToken) =>
                _real.PackAsync(order with { Number = order.Number * 100 }, parcels, words, cancellationToken);

            public Task<Page<Order>> LoadAsync(IAsyncEnumerable<Page<Item>?> deliveries, IAsyncEnumerable<KeyValuePair<string, Place>>? places) => _real.LoadAsync(deliveries, places);

            public Task<Payment?> SellAsync(Order order, IHaggle<Payment>? haggle, IProgress<string>? words, CancellationToken cancellationToken) =>
                _real.SellAsync(order, haggle, words, cancellationToken);

            public IAsyncEnumerable<Payment> ExchangeAsync(IAsyncEnumerable<Payment> payments, CancellationToken cancellationToken) => _real.ExchangeAsync(payments, cancellationToken);

            public Task<long> PrintAsync(Stream receipt, PipeReader notes, SafeFileHandle? ledger, CancellationToken cancellationToken) =>
                _real.PrintAsync(receipt, notes, ledger, cancellationToken);

            public Task<Stream?> OpenBookAsync(string? text, bool isFile) => _real.OpenBookAsync(text?.ToUpperInvariant(), isFile);

            public Task ShipAsync(Order order) => _real.ShipAsync(order with { Number = order.Number * 100 });

            public Task<string?> VariableAsync(string name) => _real.VariableAsync(name);

            public Task<Page<Order>> RefuseAsync(string password, Order order) => _real.RefuseAsync(password, order);

            public Task EndAsync(string how, string lastWords) => _real.EndAsync(how, lastWords);

            public Task CollectAsync() => _real.CollectAsync();

            public Task HoldAsync(CancellationToken cancellationToken) => _real.HoldAsync(cancellationToken);

            public Task KeepAsync(string key, Order value, CancellationToken cancellationToken) => _real.KeepAsync(key, value with { Number = value.Number * 100 }, cancellationToken);

            public Task<Order?> KeptAsync(string key, int skip) => _real.KeptAsync(key, skip);

            public IAsyncEnumerable<KeyValuePair<string, Order>> AllKeptAsync(CancellationToken cancellationToken) => _real.AllKeptAsync(cancellationToken);

            public ValueTask<int> CountKeptAsync() => _real.CountKeptAsync();

            public Task<Audit> AuditAsync(Audit previous) => _real.AuditAsync(previous);

            public ValueTask DisposeAsync() => _real.DisposeAsync();
        }
        """;
}
