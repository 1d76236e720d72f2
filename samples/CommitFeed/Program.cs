Console.WriteLine("CommitFeed");
