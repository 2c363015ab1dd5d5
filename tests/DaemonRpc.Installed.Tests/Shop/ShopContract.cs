namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>The libraries of a stranger's solution: a contract with every kind of method, its base interfaces, and types nested in each other.</summary>
internal static class ShopContract
{
    /// <summary>A library that knows nothing of the package. What its record holds privately, only its metadata says.</summary>
    public const string Bases = """
        using MemoryPack;

        namespace Acme.Stock;

        public interface ICounted
        {
            ValueTask<int> CountKeptAsync();
        }

        public interface IStore<T> : ICounted
            where T : class
        {
            Task KeepAsync(string key, T value, CancellationToken cancellationToken = default);

            Task<T?> KeptAsync(string key, int skip = 0);

            IAsyncEnumerable<KeyValuePair<string, T>> AllKeptAsync(CancellationToken cancellationToken = default);
        }

        public interface IAudited : ICounted
        {
            Task<Audit> AuditAsync(Audit previous);

            Task<string> GreetAsync(string name) => Task.FromResult($"hello {name} from {GetType().Name}");
        }

        [MemoryPackable]
        public partial record Audit(string By)
        {
            [MemoryPackInclude]
            private SortedList<int, Seal<Mark>?> _seals = new();

            public Audit Sealed(string text)
            {
                var next = new Audit(By) { _seals = new(_seals) };
                next._seals.Add(_seals.Count, new Seal<Mark>(new Mark(text), [new Mark(By)]));
                return next;
            }

            public override string ToString() => $"{By}: {string.Join(", ", _seals.Values.Select(seal => $"{seal?.First.Text} {seal?.Others[0].Text}"))}";
        }

        [MemoryPackable]
        public partial record Seal<T>(T First, List<T> Others);

        [MemoryPackable]
        public partial record Mark(string Text);
        """;

    public const string Interface = """
        using System.IO.Pipelines;
        using Acme.Stock;
        using DaemonRpc;
        using Microsoft.Win32.SafeHandles;

        namespace Acme.Shop;

        [DaemonRpc("daemonrpc.tests.shop")]
        public partial interface IShop : IStore<Order>, IAudited, IAsyncDisposable
        {
            ValueTask ClearAsync();

            Task PutAsync(Order order);

            Task<Page<Order>> FindAsync(Query query, CancellationToken cancellationToken = default);

            Task<Dictionary<string, List<Item>>> AddToAsync(Dictionary<string, List<Item>> shelves, string shelf, Item item);

            ValueTask<Payment> ChargeAsync(Payment payment);

            IAsyncEnumerable<Page<Payment>> PaymentsAsync(int count);

            Task<int> StocktakeAsync(int orders, CancellationToken cancellationToken = default);

            Task<int> PackAsync(Order order, IProgress<Parcel>? parcels = null, IProgress<string>? words = null, CancellationToken cancellationToken = default);

            Task<Page<Order>> LoadAsync(IAsyncEnumerable<Page<Item>?> deliveries, IAsyncEnumerable<KeyValuePair<string, Place>>? places = null);

            Task<Payment?> SellAsync(Order order, IHaggle<Payment>? haggle, IProgress<string>? words = null, CancellationToken cancellationToken = default);

            IAsyncEnumerable<Payment> ExchangeAsync(IAsyncEnumerable<Payment> payments, CancellationToken cancellationToken = default);

            Task<Stream?> OpenBookAsync(string? text, bool isFile);

            Task<long> PrintAsync(Stream receipt, PipeReader notes, SafeFileHandle? ledger, CancellationToken cancellationToken = default);

            [Fault(typeof(Shortage<Item>))]
            [Fault(typeof(Payment))]
            Task ShipAsync(Order order);

            Task<string?> VariableAsync(string name);

            Task<Page<Order>> RefuseAsync(string password, Order order);

            Task EndAsync(string how, string lastWords);

            Task CollectAsync();

            Task HoldAsync(CancellationToken cancellationToken = default);
        }
        """;

    public const string Types = """
        using MemoryPack;

        namespace Acme.Shop;

        [MemoryPackable]
        public partial record Place(string City, int[] Codes);

        [MemoryPackable]
        public partial record Customer(string Name, Place Home, Place? Work = null);

        [MemoryPackable]
        public partial record Item(string Name, decimal Price);

        [MemoryPackable]
        public partial record Order(int Number, Customer Customer, Dictionary<string, List<Item>> Shelves);

        [MemoryPackable]
        public partial record Parcel(string Shelf, Page<Item>? Content);

        [MemoryPackable]
        public partial record Shortage<T>(Place At, T[] Missing);

        [MemoryPackable]
        public partial record Query(string? City = null, int[]? Numbers = null);

        [DaemonRpc.DaemonCallback]
        public interface IHaggle<T>
            where T : class
        {
            ValueTask<T?> BidAsync(Page<T> before, CancellationToken cancellationToken = default);

            Task TellAsync(string word);
        }

        [MemoryPackable]
        public partial record Page<T>(int Number, T[] Items, T? Best = default);

        [MemoryPackable]
        [MemoryPackUnion(0, typeof(Cash))]
        [MemoryPackUnion(1, typeof(Card))]
        public abstract partial record Payment;

        [MemoryPackable]
        public partial record Cash(decimal Amount) : Payment;

        [MemoryPackable]
        public partial record Card(Customer Holder, Page<Item> Bought) : Payment;
        """;

    /// <summary>Shows a value whole, as a record's own text does not show its arrays.</summary>
    public const string Text = """
        using System.Globalization;

        namespace Acme.Shop;

        public static class Text
        {
            public static string Of(Place? place) => place is null ? "nowhere" : $"{place.City}{string.Concat(place.Codes.Select(code => $" {code}"))}";

            public static string Of(Customer customer) => $"{customer.Name} of {Of(customer.Home)} at {Of(customer.Work)}";

            public static string Of(Item item) => string.Create(CultureInfo.InvariantCulture, $"{item.Name} {item.Price}");

            public static string Of(Dictionary<string, List<Item>> shelves) =>
                string.Join("; ", shelves.OrderBy(shelf => shelf.Key, StringComparer.Ordinal).Select(shelf => $"{shelf.Key}: {string.Join(", ", shelf.Value.Select(Of))}"));

            public static string Of(Order order) => $"{order.Number} for {Of(order.Customer)} ({Of(order.Shelves)})";

            public static string Of(Parcel parcel) => $"{parcel.Shelf}, {(parcel.Content is { } content ? Of(content, Of) : "empty")}";

            public static string Of<T>(Page<T> page, Func<T, string> text)
                where T : class => $"page {page.Number} [{string.Join(" | ", page.Items.Select(text))}] best {(page.Best is null ? "none" : text(page.Best))}";

            public static string Of(Payment payment) => payment switch
            {
                Cash cash => string.Create(CultureInfo.InvariantCulture, $"cash {cash.Amount}"),
                Card card => $"card of {Of(card.Holder)}, {Of(card.Bought, Of)}",
                _ => throw new ArgumentException($"A payment came as {payment.GetType()}."),
            };
        }
        """;
}
