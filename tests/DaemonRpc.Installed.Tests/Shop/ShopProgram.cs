namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>The executables of a stranger's solution: the tool, which is daemon and client, and its test project.</summary>
internal static class ShopProgram
{
    public const string Main = "return await Acme.Shop.Tool.ShopTool.RunAsync(args);";

    public const string Tool = """
        using DaemonRpc;

        namespace Acme.Shop.Tool;

        public static class ShopTool
        {
            public static async Task<int> RunAsync(string[] args)
            {
                if (ShopDaemon.IsRequested)
                {
                    var options = new DaemonOptions { LoggerFactory = Environment.GetEnvironmentVariable("SHOP_LOGS") is null ? null : new ErrorStreamLogs() };
                    return await ShopDaemon.RunAsync(context => new ShopHandler(context), options);
                }

                foreach (string line in args[0] switch
                {
                    "calls" => await Calls.InDaemonAsync(),
                    "inprocess" => await Calls.InProcessAsync(() => new ShopHandler()),
                    "ask" => await Environments.AskAsync(),
                    "variable" => await Environments.AskAsync(args[1]),
                    "environments" => await Environments.CompareAsync(args[1]),
                    "crash" => await Crashes.MeetAsync(args[1], startsItself: args[2] == "own"),
                    "logs" => await Logs.ReadAsync(),
                    "hear" => await Logs.HearAsync(),
                    "hold" => await Management.HoldAsync(),
                    "stocktake" => await Management.StocktakeAsync(),
                    "status" => await Management.StatusAsync(),
                    "cancel" => await Management.CancelAsync(),
                    "stop" => await Management.StopAsync(),
                    _ => [$"What is {args[0]}?"],
                })
                {
                    Console.WriteLine(line);
                }

                return 0;
            }
        }
        """;

    public const string Handler = """
        using System.Diagnostics;
        using System.IO.Pipelines;
        using System.Runtime.CompilerServices;
        using Acme.Stock;
        using DaemonRpc;
        using Microsoft.Extensions.Logging;
        using Microsoft.Win32.SafeHandles;

        namespace Acme.Shop.Tool;

        public sealed class ShopHandler(DaemonContext? context = null) : IShop
        {
            private readonly List<Order> _orders = [];
            private readonly Dictionary<string, Order> _kept = [];

            public ValueTask ClearAsync()
            {
                _orders.Clear();
                return default;
            }

            public Task PutAsync(Order order)
            {
                _orders.Add(order);
                context?.Logger.LogInformation("{Count} were put", _orders.Count);
                return Task.CompletedTask;
            }

            public async Task<Page<Order>> FindAsync(Query query, CancellationToken cancellationToken)
            {
                await Task.Yield();
                Order[] found = [.. _orders.Where(order => (query.City is null || order.Customer.Home.City == query.City) && query.Numbers?.Contains(order.Number) != false)];
                return new Page<Order>(found.Length, found, found.LastOrDefault());
            }

            public Task<Dictionary<string, List<Item>>> AddToAsync(Dictionary<string, List<Item>> shelves, string shelf, Item item)
            {
                if (!shelves.TryGetValue(shelf, out List<Item>? items))
                {
                    shelves.Add(shelf, items = []);
                }

                items.Add(item);
                return Task.FromResult(shelves);
            }

            public ValueTask<Payment> ChargeAsync(Payment payment) => new(payment switch
            {
                Card card => new Cash(card.Bought.Items.Sum(item => item.Price)),
                Cash cash => new Card(new Customer("Nobody", new Place("Nowhere", [])), new Page<Item>(1, [new Item("change", cash.Amount)])),
                _ => throw new ArgumentException(payment.GetType().Name),
            });

            public async IAsyncEnumerable<Page<Payment>> PaymentsAsync(int count)
            {
                for (int page = 1; page <= count; page++)
                {
                    await Task.Yield();
                    Payment best = await ChargeAsync(new Cash(page));
                    yield return new Page<Payment>(page, [new Cash(page), best], page % 2 == 0 ? null : best);
                }
            }

            public async Task<int> StocktakeAsync(int orders, CancellationToken cancellationToken)
            {
                context?.Status.Report("Counting", 0.5);
                while (_orders.Count < orders)
                {
                    await Task.Delay(1, cancellationToken);
                    if (context is not null)
                    {
                        await context.YieldAsync(cancellationToken);
                    }
                }

                return _orders.Count;
            }

            public async Task<int> PackAsync(Order order, IProgress<Parcel>? parcels, IProgress<string>? words, CancellationToken cancellationToken)
            {
                foreach ((string shelf, List<Item> items) in order.Shelves.OrderBy(shelf => shelf.Key, StringComparer.Ordinal))
                {
                    words?.Report(shelf);
                    await Task.Yield();
                    parcels?.Report(new Parcel(shelf, items.Count == 0 ? null : new Page<Item>(order.Number, [.. items], items[^1])));
                }

                return parcels is null && words is null ? -1 : order.Shelves.Count;
            }

            public async Task<Page<Order>> LoadAsync(IAsyncEnumerable<Page<Item>?> deliveries, IAsyncEnumerable<KeyValuePair<string, Place>>? places)
            {
                List<Order> orders = [];
                await using IAsyncEnumerator<KeyValuePair<string, Place>>? place = places?.GetAsyncEnumerator();
                await foreach (Page<Item>? delivery in deliveries)
                {
                    (string name, Place home) = place is not null && await place.MoveNextAsync() ? place.Current : new("nobody", new Place("nowhere", []));
                    orders.Add(new Order(orders.Count, new Customer(name, home), delivery is null ? [] : new() { [$"{delivery.Number}"] = [.. delivery.Items] }));
                }

                return new Page<Order>(orders.Count, [.. orders], orders.FirstOrDefault());
            }

            public async Task<Payment?> SellAsync(Order order, IHaggle<Payment>? haggle, IProgress<string>? words, CancellationToken cancellationToken)
            {
                Payment? best = null;
                for (int round = 1; haggle is not null && round <= 3; round++)
                {
                    words?.Report($"round {round}");
                    Payment? bid = await haggle.BidAsync(new Page<Payment>(round, best is null ? [] : [best], best), cancellationToken);
                    best = bid is null ? best : await ChargeAsync(bid);
                    await haggle.TellAsync($"{order.Customer.Name} is at {(best is null ? "nothing" : Text.Of(best))}");
                }

                return best;
            }

            public async IAsyncEnumerable<Payment> ExchangeAsync(IAsyncEnumerable<Payment> payments, [EnumeratorCancellation] CancellationToken cancellationToken)
            {
                await foreach (Payment payment in payments.WithCancellation(cancellationToken))
                {
                    yield return await ChargeAsync(payment);
                }
            }

            public async Task<long> PrintAsync(Stream receipt, PipeReader notes, SafeFileHandle? ledger, CancellationToken cancellationToken)
            {
                await notes.CopyToAsync(receipt, cancellationToken);
                await receipt.WriteAsync("Thank you."u8.ToArray(), cancellationToken);
                return ledger is null ? -1 : RandomAccess.GetLength(ledger);
            }

            public async Task<Stream?> OpenBookAsync(string? text, bool isFile)
            {
                if (text is null)
                {
                    return null;
                }

                Stream book = isFile
                    ? new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 4096, FileOptions.DeleteOnClose)
                    : new MemoryStream();
                foreach (string word in text.Split(' '))
                {
                    await book.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{word}\n"));
                }

                book.Position = 0;
                return book;
            }

            public async Task ShipAsync(Order order)
            {
                await Task.Yield();
                throw order.Shelves.Values.SelectMany(items => items).ToArray() is { Length: > 0 } missing
                    ? new DaemonFaultException<Shortage<Item>>(new Shortage<Item>(order.Customer.Home, missing), "Some are missing.")
                    : new DaemonFaultException<Payment>(new Cash(order.Number));
            }

            public Task<string?> VariableAsync(string name) => Task.FromResult(Environment.GetEnvironmentVariable(name));

            public Task<Page<Order>> RefuseAsync(string password, Order order) => throw new InvalidDataException("No such order.");

            // Ends the daemon as a broken handler would.
            #pragma warning disable DRPC302, DRPC304
            public Task EndAsync(string how, string lastWords)
            {
                Console.Error.WriteLine(lastWords);
                switch (how)
                {
                    case "exit":
                        Environment.Exit(7);
                        break;
                    case "failfast":
                        Environment.FailFast("boom");
                        break;
                    case "kill":
                        Process.GetCurrentProcess().Kill();
                        break;
                }

                return Task.CompletedTask;
            }
            #pragma warning restore DRPC302, DRPC304

            public Task CollectAsync()
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
                return Task.CompletedTask;
            }

            public Task HoldAsync(CancellationToken cancellationToken)
            {
                context?.Status.Report("Holding", 0.5);
                return Task.Delay(Timeout.Infinite, cancellationToken);
            }

            public Task KeepAsync(string key, Order value, CancellationToken cancellationToken)
            {
                _kept[key] = value;
                return Task.CompletedTask;
            }

            public Task<Order?> KeptAsync(string key, int skip) => Task.FromResult(_kept.GetValueOrDefault(key));

            public IAsyncEnumerable<KeyValuePair<string, Order>> AllKeptAsync(CancellationToken cancellationToken) => _kept.ToAsyncEnumerable();

            public ValueTask<int> CountKeptAsync() => new(_kept.Count);

            public Task<Audit> AuditAsync(Audit previous) => Task.FromResult(previous.Sealed("seen"));

            public ValueTask DisposeAsync() => default;
        }
        """;
}
